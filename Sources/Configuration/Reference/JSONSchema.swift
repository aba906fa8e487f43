/// A JSON Schema, or a part of one; objects keep the order of their members.
indirect enum JSONSchema: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int)
    case string(String)
    case list([JSONSchema])
    case object([Member])

    /// One key of a schema's object.
    struct Member: Sendable, Hashable {
        let name: String
        let value: JSONSchema
    }

    /// The value of a key; nil where there is none.
    subscript(name: String) -> JSONSchema? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The schema with one more key at its front.
    func describing(_ summary: String) -> JSONSchema {
        guard case .object(let members) = self else { return self }
        return .object([Member(name: "description", value: .string(summary))] + members)
    }

    /// The schema without its defaults, at any depth.
    var withoutDefaults: JSONSchema {
        switch self {
        case .object(let members):
            .object(
                members.filter { $0.name != "default" }.map {
                    Member(name: $0.name, value: $0.value.withoutDefaults)
                }
            )
        case .list(let elements): .list(elements.map(\.withoutDefaults))
        case .null, .bool, .integer, .string: self
        }
    }

    /// The text, indented by two spaces a level.
    func text(indentation: String = "") -> String {
        let inner = indentation + "  "
        switch self {
        case .null: return "null"
        case .bool(let value): return "\(value)"
        case .integer(let value): return "\(value)"
        case .string(let value): return value.asJSON
        case .list(let elements) where elements.allSatisfy(\.isScalar):
            return "[\(elements.map { $0.text() }.joined(separator: ", "))]"
        case .list(let elements):
            let lines = elements.map { inner + $0.text(indentation: inner) }
            return "[\n\(lines.joined(separator: ",\n"))\n\(indentation)]"
        case .object(let members) where members.isEmpty: return "{}"
        case .object(let members):
            let lines = members.map { "\(inner)\($0.name.asJSON): \($0.value.text(indentation: inner))" }
            return "{\n\(lines.joined(separator: ",\n"))\n\(indentation)}"
        }
    }

    private var isScalar: Bool {
        switch self {
        case .null, .bool, .integer, .string: true
        case .list, .object: false
        }
    }
}

extension JSONSchema: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    init(stringLiteral value: String) { self = .string(value) }
    init(integerLiteral value: Int) { self = .integer(value) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension JSONSchema: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    init(arrayLiteral elements: JSONSchema...) { self = .list(elements) }
    init(dictionaryLiteral elements: (String, JSONSchema)...) {
        self = .object(elements.map { Member(name: $0.0, value: $0.1) })
    }
}

extension String {
    /// The text as a JSON string.
    fileprivate var asJSON: String {
        var result = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "\u{0}"..<"\u{20}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
