import Text

/// An object of the configuration: the one table of its keys, which the reader and the schema both follow.
struct Section<Root: Sendable>: Sendable {
    let keys: [Key<Root>]

    init(_ keys: [Key<Root>]) {
        self.keys = keys
    }

    /// Reads an object over the defaults in `root`; unknown keys are refused.
    @Sendable
    func read(_ value: JSONValue, into root: inout Root, _ reader: inout SettingsReader) {
        guard case .object(let members) = value.content else {
            return reader.refuseType(of: value, due: "an object")
        }
        for member in members {
            reader.within(member.key) { reader in
                if let key = keys.first(where: { $0.name == member.key }) {
                    key.read(member.value, &root, &reader)
                } else {
                    reader.refuse(at: member.keyPosition, unknown(member.key, reader))
                }
            }
        }
        let names = keys.map(\.name)
        // A key that was misspelt has been told of already.
        let meant = members.map { names.contains($0.key) ? $0.key : $0.key.closestWord(among: names) }
        for key in keys where key.isRequired && !meant.contains(key.name) {
            reader.refuse(value, Fault("\(key.name.quoted) is missing here.", mend: "Add it."))
        }
    }

    /// Copies the keys of another object that `isGiven` does not know here.
    func inherit(from other: Root, to root: inout Root, unless isGiven: (String) -> Bool) {
        for key in keys where !isGiven(key.name) { key.copy(other, &root) }
    }

    private func unknown(_ name: String, _ reader: SettingsReader) -> Fault {
        let names = keys.map(\.name)
        if let near = name.closestWord(among: names) {
            return Fault("\(name.quoted) is not a key here.", mend: "Did you mean \(near.quoted)?")
        }
        let paths = reader.pathsOfKey(name)
        let here = reader.path.parent?.ofAnyElement ?? SettingPath()
        if let path = paths.first(where: { $0.isWithin(here) }) ?? paths.first {
            return Fault("\(name.quoted) is not a key here.", mend: "Did you mean \"\(path)\"?")
        }
        return Fault(
            "\(name.quoted) is not a key here.",
            mend: "The keys are \(names.joined(separator: ", "))."
        )
    }

    /// The schema of the object, with the values in `root` as defaults.
    @Sendable
    func schema(_ root: Root) -> JSONSchema {
        let properties = keys.map { key in
            let schema = key.isRequired ? key.schema(root).withoutDefaults : key.schema(root)
            return JSONSchema.Member(name: key.name, value: schema.describing(key.summary))
        }
        let required = keys.filter(\.isRequired).map { JSONSchema.string($0.name) }
        let demand = required.isEmpty ? [] : [JSONSchema.Member(name: "required", value: .list(required))]
        return .object(
            [.init(name: "type", value: "object"), .init(name: "additionalProperties", value: false)]
                + demand + [.init(name: "properties", value: .object(properties))]
        )
    }
}

/// One key of an object of the configuration.
struct Key<Root: Sendable>: Sendable {
    let name: String
    /// What it is for, in one line; shown by editors through the schema.
    let summary: String
    /// The schema of its value, given an instance that holds the defaults.
    let schema: @Sendable (Root) -> JSONSchema
    /// Reads its value into an instance.
    let read: @Sendable (JSONValue, inout Root, inout SettingsReader) -> Void
    /// Copies its value from one instance to another.
    let copy: @Sendable (Root, inout Root) -> Void
    /// Whether an object without it is refused.
    let isRequired: Bool

    /// A key whose value goes to a property; the property's initial value is the default.
    init<Value>(
        _ name: String,
        _ property: WritableKeyPath<Root, Value> & Sendable,
        _ format: ValueFormat<Value>,
        _ summary: String,
        isRequired: Bool = false
    ) {
        self.name = name
        self.summary = summary
        schema = { format.schema($0[keyPath: property]) }
        read = { format.read($0, &$1[keyPath: property], &$2) }
        copy = { $1[keyPath: property] = $0[keyPath: property] }
        self.isRequired = isRequired
    }

    /// A key whose value is checked and then left aside, since only its default can be had as yet.
    init<Value>(_ name: String, onlyDefault value: Value, _ format: ValueFormat<Value>, _ summary: String) {
        self.name = name
        self.summary = summary
        schema = { _ in format.schema(value) }
        copy = { _, _ in }
        isRequired = false
        read = { json, _, reader in
            var discarded = value
            format.read(json, &discarded, &reader)
        }
    }
}
