extension ValueFormat where Value == String? {
    /// A text, or null for none.
    static func optionalText(_ format: TextFormat<String>) -> Self {
        Self(
            schema: { _ in ["type": ["string", "null"], "default": .null] },
            read: { value, result, reader in
                guard value.content != .null else { return result = nil }
                var text = ""
                ValueFormat<String>.text(format).read(value, &text, &reader)
                result = text
            }
        )
    }
}

extension ValueFormat where Value == [String]? {
    /// A list of methods, or `"*"` for all.
    static var methods: Self {
        let list = ValueFormat<[String]>.list(of: .method)
        return Self(
            schema: { _ in
                [
                    "anyOf": [["const": "*"], ["type": "array", "items": ["type": "string"]]],
                    "default": "*",
                ]
            },
            read: { value, methods, reader in
                switch value.content {
                case .string("*"): methods = nil
                case .array(let elements) where elements.map(\.content) == [.string("*")]: methods = nil
                default:
                    var names: [String] = []
                    list.read(value, &names, &reader)
                    methods = names
                }
            }
        )
    }
}
