import Text

/// How one kind of text value is read, in the file, in a flag or in a variable of the environment.
struct TextFormat<Value: Sendable>: Sendable {
    /// What is due, in the words of a message, for example "a CIDR block".
    let due: String
    /// Reads the text.
    let parse: @Sendable (String, Validators) throws(Fault) -> Value
    /// Writes a value, so that the schema can show a default.
    let text: @Sendable (Value) -> String
    /// Whether messages may show it.
    var isShown = true
}

extension TextFormat where Value == String {
    /// Text that is taken as it is.
    static func any(_ due: String) -> Self {
        Self(due: due) { text, _ throws(Fault) in text }
    }

    init(due: String, parse: @escaping @Sendable (String, Validators) throws(Fault) -> String) {
        self.init(due: due, parse: parse, text: { $0 })
    }
}

extension ValueFormat {
    /// A single text.
    static func text(_ format: TextFormat<Value>) -> Self {
        Self(
            schema: { ["type": "string", "default": .string(format.text($0))] },
            read: { value, result, reader in
                guard case .string(let text) = value.content else {
                    return reader.refuseType(of: value, due: format.due)
                }
                do throws(Fault) {
                    result = try format.parse(text, reader.validators)
                } catch {
                    reader.refuse(value, error)
                }
            }
        )
    }

    /// A list of texts; where `wildcard` is given, `"*"` stands for `["*"]`.
    ///
    /// A list with a bad element leaves the default as a whole.
    static func list<Element>(
        of format: TextFormat<Element>,
        wildcard: Bool = false
    ) -> Self where Value == [Element] {
        Self(
            schema: { value in
                let list: JSONSchema = ["type": "array", "items": ["type": "string"]]
                let defaults = JSONSchema.list(value.map { .string(format.text($0)) })
                return wildcard
                    ? ["anyOf": [["const": "*"], list], "default": defaults]
                    : ["type": "array", "items": ["type": "string"], "default": defaults]
            },
            read: { value, result, reader in
                let elements: [JSONValue]
                switch value.content {
                case .array(let listed): elements = listed
                case .string("*") where wildcard: elements = [value]
                case .string(let text):
                    let mend = format.isShown ? format.mend(ofElement: text, reader.validators) : nil
                    return reader.refuseType(of: value, due: "a list", mend: mend)
                default: return reader.refuseType(of: value, due: "a list")
                }
                if let list = reader.readElements(elements, as: format) { result = list }
            }
        )
    }
}

extension TextFormat {
    /// The mend for an element without its list; nil where the text is no element either.
    fileprivate func mend(ofElement text: String, _ validators: Validators) -> String? {
        do throws(Fault) {
            _ = try parse(text, validators)
            return "Write [\(text.quoted)]."
        } catch {
            return nil
        }
    }
}

extension SettingsReader {
    /// Reads each element; nil where one of them is refused.
    fileprivate mutating func readElements<Element>(
        _ elements: [JSONValue],
        as format: TextFormat<Element>
    ) -> [Element]? {
        var list: [Element] = []
        for (index, element) in elements.enumerated() {
            within(index: index) { reader in
                guard case .string(let text) = element.content else {
                    // A key in plain digits is still a key.
                    return format.isShown
                        ? reader.refuseType(of: element, due: format.due)
                        : reader.refuse(element, .notInQuotes)
                }
                do throws(Fault) {
                    list.append(try format.parse(text, reader.validators))
                } catch {
                    reader.refuse(element, error)
                }
            }
        }
        return list.count == elements.count ? list : nil
    }
}
