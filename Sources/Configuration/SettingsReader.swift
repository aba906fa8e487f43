/// Turns the tree of a file into settings, and collects everything that is wrong with it.
struct SettingsReader {
    let file: LocalFile
    let validators: Validators
    /// What was found so far, in the order of reading.
    private(set) var problems: [Problem] = []
    private var path = SettingPath()

    init(_ file: LocalFile, validators: Validators) {
        self.file = file
        self.validators = validators
    }

    /// Calls `body` with the reader one step further down the tree.
    mutating func within(_ key: String, _ body: (inout SettingsReader) -> Void) {
        descend(to: path.appending(key), body)
    }

    /// Calls `body` with the reader at one element of a list.
    mutating func within(index: Int, _ body: (inout SettingsReader) -> Void) {
        descend(to: path.appending(index: index), body)
    }

    private mutating func descend(to path: SettingPath, _ body: (inout SettingsReader) -> Void) {
        let outer = self.path
        self.path = path
        body(&self)
        self.path = outer
    }

    /// Records that a value is refused.
    mutating func refuse(_ value: JSONValue, _ fault: Fault) {
        refuse(at: value.position, fault)
    }

    /// Records that what stands at a position is refused.
    mutating func refuse(at position: SourcePosition, _ fault: Fault) {
        problems.append(Problem(.error, at: .file(file.name, position), path: path.description, fault))
    }

    /// Records that a value is of the wrong type; `due` names the right one, for example "a list of strings".
    mutating func refuseType(of value: JSONValue, due: String, mend: String? = nil) {
        refuse(value, Fault("\(due.firstLetterUppercased) is due here, not \(value.summary).", mend: mend))
    }

    /// Records a key that stands in one object twice.
    mutating func refuse(_ duplicate: JSONValue.DuplicateKey) {
        descend(to: duplicate.path) {
            $0.refuse(
                at: duplicate.position,
                Fault(
                    "\(duplicate.key.quoted) stands here a second time.",
                    mend: "Remove one; the first is at \(duplicate.first)."
                )
            )
        }
    }
}

extension String {
    fileprivate var firstLetterUppercased: String { prefix(1).uppercased() + dropFirst() }
}
