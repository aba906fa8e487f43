/// A JSON value as it stands in a file.
struct JSONValue: Sendable, Hashable {
    /// What kind of value it is.
    indirect enum Content: Sendable, Hashable {
        case null
        case bool(Bool)
        case number(JSONNumber)
        case string(String)
        case array([JSONValue])
        case object([JSONMember])
    }

    /// Where its first character stands.
    let position: SourcePosition
    let content: Content
    /// Whether it holds what a reference stood for, so that no message may show it.
    var secrecy = Secrecy.open

    /// What it is, in the words of a message; long or secret things are not shown.
    var summary: String {
        switch content {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .number(let number): "the number \(number.text.prefix(40))"
        case .string: "a string"
        case .array: "a list"
        case .object: "an object"
        }
    }
}

/// Whether a value was made of secrets.
enum Secrecy: Sendable, Hashable {
    /// It stands in the file as it is.
    case open
    /// It holds these secrets, each by itself.
    case secret([String])
    /// It refers to a secret that could not be had, which has been reported.
    case missing

    /// The secrets that are known.
    var secrets: [String] {
        if case .secret(let secrets) = self { secrets } else { [] }
    }
}

/// One `"key": value` of an object; a key may stand twice, which `duplicateKeys(at:)` finds.
struct JSONMember: Sendable, Hashable {
    let key: String
    let keyPosition: SourcePosition
    let value: JSONValue
}

/// A number as written: its text follows the grammar of RFC 8259 §6.
struct JSONNumber: Sendable, Hashable {
    let text: String

    /// The exact value where it is a whole number that an `Int` holds; `1e3` and `5.0` are whole.
    var integer: Int? {
        if let value = Int(text) { return value }
        // Above 2^53 a Double no longer tells neighbouring whole numbers apart.
        guard let value = double, value.magnitude < 9_007_199_254_740_992 else { return nil }
        return Int(exactly: value)
    }

    /// The nearest finite floating-point value; nil where it is too large.
    var double: Double? {
        guard let value = Double(text), value.isFinite else { return nil }
        return value
    }
}

extension JSONValue {
    /// A key that stands in one object for a second time.
    struct DuplicateKey: Sendable, Hashable {
        let path: SettingPath
        let key: String
        let position: SourcePosition
        let first: SourcePosition
    }

    /// Finds every duplicate key at any depth, in the order of the file.
    func duplicateKeys(at path: SettingPath = SettingPath()) -> [DuplicateKey] {
        switch content {
        case .array(let elements):
            return elements.enumerated().flatMap { $1.duplicateKeys(at: path.appending(index: $0)) }
        case .object(let members):
            var firsts: [String: SourcePosition] = [:]
            return members.flatMap { member in
                let path = path.appending(member.key)
                var found: [DuplicateKey] = []
                if let first = firsts[member.key] {
                    found.append(
                        .init(path: path, key: member.key, position: member.keyPosition, first: first)
                    )
                } else {
                    firsts[member.key] = member.keyPosition
                }
                return found + member.value.duplicateKeys(at: path)
            }
        case .null, .bool, .number, .string:
            return []
        }
    }

    /// Calls `visit` with the path of every value below this one, itself included.
    func walk(at path: SettingPath = SettingPath(), _ visit: (SettingPath, JSONValue) -> Void) {
        visit(path, self)
        switch content {
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                element.walk(at: path.appending(index: index), visit)
            }
        case .object(let members):
            for member in members { member.value.walk(at: path.appending(member.key), visit) }
        case .null, .bool, .number, .string:
            break
        }
    }
}
