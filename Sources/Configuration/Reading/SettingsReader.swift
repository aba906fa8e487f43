import Text

/// Turns the tree of a file into settings, and collects everything that is wrong with it.
struct SettingsReader {
    let file: LocalFile
    let validators: Validators
    /// The variables that `${env:…}` may name.
    let environment: [String: String]
    /// Where in the whole configuration a key is known; by this a key that stands in the wrong place is told.
    let pathsOfKey: @Sendable (String) -> [SettingPath]
    /// What was found so far, in the order of reading.
    private(set) var problems: [Problem] = []
    /// The files that were read, this one not counted.
    private(set) var files: [ConfigurationFile] = []
    /// Where in the tree the reader is.
    private(set) var path = SettingPath()

    init(
        _ file: LocalFile,
        validators: Validators,
        environment: [String: String],
        pathsOfKey: @escaping @Sendable (String) -> [SettingPath]
    ) {
        self.file = file
        self.validators = validators
        self.environment = environment
        self.pathsOfKey = pathsOfKey
    }

    /// Remembers a file that the configuration names, to watch it.
    mutating func note(_ file: ConfigurationFile) {
        if !files.contains(file) { files.append(file) }
    }

    /// Calls `body` with the reader one step further down the tree.
    mutating func within<Result>(_ key: String, _ body: (inout SettingsReader) -> Result) -> Result {
        descend(to: path.appending(key), body)
    }

    /// Calls `body` with the reader at one element of a list.
    mutating func within<Result>(index: Int, _ body: (inout SettingsReader) -> Result) -> Result {
        descend(to: path.appending(index: index), body)
    }

    private mutating func descend<Result>(
        to path: SettingPath,
        _ body: (inout SettingsReader) -> Result
    ) -> Result {
        let outer = self.path
        self.path = path
        defer { self.path = outer }
        return body(&self)
    }

    /// Records that a value is refused; of a value that holds a secret the fault is not told.
    mutating func refuse(_ value: JSONValue, _ fault: Fault) {
        switch value.secrecy {
        case .open: refuse(at: value.position, fault)
        case .secret: refuse(at: value.position, .hidden)
        case .missing: break
        }
    }

    /// Records that what stands at a position is refused.
    mutating func refuse(at position: SourcePosition, _ fault: Fault) {
        problems.append(Problem(.error, at: .file(file.name, position), path: path.description, fault))
    }

    /// Records that a value is taken, but likely not what was meant.
    mutating func warn(_ value: JSONValue, _ fault: Fault) {
        problems.append(
            Problem(.warning, at: .file(file.name, value.position), path: path.description, fault)
        )
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

extension Fault {
    /// Stands for a fault whose words would show a secret.
    static let hidden = Fault(
        "What the references stand for is not valid here.",
        mend: "Correct it where it is kept; it is not shown."
    )
}

extension String {
    fileprivate var firstLetterUppercased: String { prefix(1).uppercased() + dropFirst() }
}
