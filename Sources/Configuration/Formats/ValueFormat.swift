import Text

/// How one kind of value is written in the file: what the reader takes, and what the schema says of it.
struct ValueFormat<Value: Sendable>: Sendable {
    /// The JSON Schema of such a value, given its default.
    let schema: @Sendable (Value) -> JSONSchema
    /// Reads a value over its default; a fault is recorded and leaves the default.
    let read: @Sendable (JSONValue, inout Value, inout SettingsReader) -> Void
}

extension ValueFormat where Value == Bool {
    /// `true` or `false`.
    static var boolean: Self {
        Self(
            schema: { ["type": "boolean", "default": .bool($0)] },
            read: { value, result, reader in
                guard case .bool(let flag) = value.content else {
                    return reader.refuseType(of: value, due: "true or false", mend: value.unquotedMend)
                }
                result = flag
            }
        )
    }
}

extension ValueFormat where Value: FixedWidthInteger {
    /// A whole number within bounds.
    static func integer(in range: ClosedRange<Value>) -> Self {
        Self(
            schema: {
                [
                    "type": "integer", "minimum": .integer(Int(range.lowerBound)),
                    "maximum": .integer(Int(range.upperBound)), "default": .integer(Int($0)),
                ]
            },
            read: { value, result, reader in
                let due = "a whole number from \(range.lowerBound) to \(range.upperBound)"
                guard case .number(let number) = value.content else {
                    return reader.refuseType(of: value, due: due, mend: value.unquotedMend)
                }
                guard let integer = number.integer, let exact = Value(exactly: integer), range.contains(exact)
                else {
                    return reader.refuse(value, .outOfRange(number.text, due: due))
                }
                result = exact
            }
        )
    }
}

extension ValueFormat where Value == Int {
    /// One of a few whole numbers.
    static func integer(oneOf choices: [Int]) -> Self {
        Self(
            schema: { ["enum": .list(choices.map(JSONSchema.integer)), "default": .integer($0)] },
            read: { value, result, reader in
                let due = choices.map(String.init).joined(separator: " or ")
                guard case .number(let number) = value.content else {
                    return reader.refuseType(of: value, due: due, mend: value.unquotedMend)
                }
                guard let integer = number.integer, choices.contains(integer) else {
                    return reader.refuse(value, .outOfRange(number.text, due: due))
                }
                result = integer
            }
        )
    }
}

extension ValueFormat where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of a few words.
    static func choice() -> Self {
        Self(
            schema: {
                ["enum": .list(Value.allCases.map { .string($0.rawValue) }), "default": .string($0.rawValue)]
            },
            read: { value, result, reader in
                let words = Value.allCases.map(\.rawValue)
                let due = words.map(\.quoted).joined(separator: " or ")
                guard case .string(let word) = value.content else {
                    return reader.refuseType(of: value, due: due)
                }
                if let choice = Value(rawValue: word) {
                    result = choice
                } else {
                    let near = word.closestWord(among: words).map { "Did you mean \($0.quoted)?" }
                    reader.refuse(
                        value,
                        Fault("\(word.quoted) is not known here.", mend: near ?? "Write \(due).")
                    )
                }
            }
        )
    }
}

extension ValueFormat {
    /// The same where the default hangs on other values, as the key's summary says.
    var withConditionalDefault: Self {
        Self(schema: { schema($0).withoutDefaults }, read: read)
    }

    /// One of a few words; nil, which cannot be written, where the default hangs on something else.
    static func optionalChoice<Word>() -> Self
    where Value == Word?, Word: RawRepresentable & CaseIterable & Sendable, Word.RawValue == String {
        let words = Word.allCases.map(\.rawValue)
        return Self(
            schema: { _ in ["enum": .list(words.map { .string($0) })] },
            read: { value, result, reader in
                guard var word = Word.allCases.first else { return }
                let faults = reader.problems.count
                ValueFormat<Word>.choice().read(value, &word, &reader)
                if reader.problems.count == faults { result = word }
            }
        )
    }

    /// An object of known keys.
    static func section(_ section: Section<Value>) -> Self {
        Self(schema: section.schema, read: section.read)
    }
}

extension ValueFormat where Value == Void {
    /// What editors need and the program does not read.
    static var ignored: Self {
        Self(schema: { _ in ["type": "string"] }, read: { _, _, _ in })
    }
}

extension Fault {
    static func outOfRange(_ text: String, due: String) -> Fault {
        Fault("\(text.prefix(40)) is out of range.", mend: "Write \(due).")
    }
}

extension JSONValue {
    /// The mend for a number or a boolean that stands in quotes.
    var unquotedMend: String? {
        guard case .string(let text) = content, Int(text) != nil || ["true", "false"].contains(text) else {
            return nil
        }
        return "Write \(text) without the quotes."
    }
}
