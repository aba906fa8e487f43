import Text

/// What is done to the header fields of a message: removal first, then setting, so that set wins.
public struct FieldRules: Sendable, Equatable {
    /// One field or query parameter to set.
    public struct Field: Sendable, Equatable {
        /// A token, in the spelling of the file; for a query any text that is not empty.
        public let name: String
        /// Text without control characters but HTAB, and without blanks at its ends; it may be a key.
        public let value: String
        /// The secrets in the value, each by itself: what `${env:…}` and `${file:…}` stood for, or what is
        /// written into a field that carries credentials.
        public let secrets: [String]

        /// Makes a field of its parts.
        public init(name: String, value: String, secrets: [String]) {
            self.name = name
            self.value = value
            self.secrets = secrets
        }

        /// Makes a field whose value is a secret as a whole, or none.
        public init(name: String, value: String, isSecret: Bool = false) {
            self.init(name: name, value: value, secrets: isSecret ? [value] : [])
        }

        /// Whether the value holds a secret.
        public var isSecret: Bool { !secrets.isEmpty }
    }

    /// The side that rules are for.
    enum Message: Sendable {
        case request
        case response
    }

    /// The fields to set, in the order of the file; no name stands twice.
    public var setHeaders: [Field] = []
    /// The names of the fields to remove, in any case.
    public var removeHeaders: [String] = []

    static func section(for message: Message) -> Section<FieldRules> {
        Section([
            Key(
                "setHeaders",
                \.setHeaders,
                .fields(for: message),
                "Fields to set, by name; they replace those of that name."
            ),
            Key(
                "removeHeaders",
                \.removeHeaders,
                .list(of: .mutableName(in: message)),
                "Names of fields to remove."
            ),
        ])
    }
}

extension FieldRules.Field: CustomStringConvertible, CustomDebugStringConvertible {
    /// The name; the value may be a key, so it is not shown.
    public var description: String { "\(name): …" }

    /// The same.
    public var debugDescription: String { description }
}

extension TextFormat where Value == String {
    /// The name of any field.
    static let fieldName = TextFormat(due: "a header name") { text, _ throws(Fault) in
        try FieldName.check(text)
        return text
    }

    /// The name of a field that may be set or removed.
    static func mutableName(in message: FieldRules.Message) -> TextFormat {
        TextFormat(due: "a header name") { text, _ throws(Fault) in
            try FieldName.checkMutable(text, in: message)
            return text
        }
    }
}

extension ValueFormat where Value == [FieldRules.Field] {
    /// An object of field names and values.
    static func fields(for message: FieldRules.Message) -> Self {
        Self(
            schema: { _ in ["type": "object", "additionalProperties": ["type": "string"], "default": [:]] },
            read: { value, fields, reader in
                guard case .object(let members) = value.content else {
                    return reader.refuseType(of: value, due: "an object of header names and values")
                }
                for member in members {
                    reader.within(member.key) { reader in
                        if let field = reader.readField(member, for: message, besides: fields) {
                            fields.append(field)
                        }
                    }
                }
            }
        )
    }
}

extension SettingsReader {
    fileprivate mutating func readField(
        _ member: JSONMember,
        for message: FieldRules.Message,
        besides fields: [FieldRules.Field]
    ) -> FieldRules.Field? {
        do throws(Fault) {
            try FieldName.checkMutable(member.key, in: message)
            let lowercased = member.key.lowercased()
            if let other = fields.first(where: { $0.name.lowercased() == lowercased && $0.name != member.key }
            ) {
                throw Fault(
                    "\(member.key.quoted) is the same field as \(other.name.quoted).",
                    mend: "Remove one."
                )
            }
        } catch {
            refuse(at: member.keyPosition, error)
            return nil
        }
        guard case .string(let text) = member.value.content else {
            // A key in plain digits is still a key: the value is not shown.
            refuse(member.value, .notInQuotes)
            return nil
        }
        return readValue(text, of: member)
    }

    /// Checks the value of a field; the faults of values never show them, secret or not.
    private mutating func readValue(_ text: String, of member: JSONMember) -> FieldRules.Field? {
        do throws(Fault) {
            try FieldName.checkValue(text)
            return FieldRules.Field(name: member.key, value: text, secrets: member.value.secrecy.secrets)
        } catch {
            refuse(at: member.value.position, error)
            return nil
        }
    }

    /// Reads one parameter of a query.
    fileprivate mutating func readParameter(_ member: JSONMember) -> FieldRules.Field? {
        guard !member.key.isEmpty else {
            refuse(at: member.keyPosition, Fault("A parameter needs a name.", mend: "Write one."))
            return nil
        }
        guard case .string(let text) = member.value.content else {
            refuse(member.value, .notInQuotes)
            return nil
        }
        return FieldRules.Field(name: member.key, value: text, secrets: member.value.secrecy.secrets)
    }
}

extension ValueFormat where Value == [FieldRules.Field] {
    /// An object of the names and values of query parameters.
    static var parameters: Self {
        Self(
            schema: { _ in ["type": "object", "additionalProperties": ["type": "string"], "default": [:]] },
            read: { value, fields, reader in
                guard case .object(let members) = value.content else {
                    return reader.refuseType(of: value, due: "an object of parameter names and values")
                }
                for member in members {
                    reader.within(member.key) { reader in
                        if let field = reader.readParameter(member) { fields.append(field) }
                    }
                }
            }
        )
    }
}

extension Fault {
    /// The refusal of a value that may be a key, and so is not shown.
    static let notInQuotes = Fault("A string is due here.", mend: "Write the value in double quotes.")
}
