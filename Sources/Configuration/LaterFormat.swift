extension ValueFormat where Value == Void {
    /// A list that only a later version fills.
    static func emptyList(_ name: String) -> Self {
        Self(
            schema: { _ in ["type": "array", "maxItems": 0, "default": []] },
            read: { value, _, reader in
                switch value.content {
                case .array(let elements) where elements.isEmpty: break
                case .array:
                    reader.refuse(value, .notYetSupported(name.quoted, mend: "Remove it, or leave it empty."))
                default:
                    reader.refuseType(
                        of: value,
                        due: "a list",
                        mend: "\(name.quoted) is not yet supported by this version: remove it."
                    )
                }
            }
        )
    }

    /// A value that only a later version takes; `null` stands for its absence.
    static func absent(_ name: String) -> Self {
        Self(
            schema: { _ in ["type": "null", "default": .null] },
            read: { value, _, reader in
                if value.content != .null { reader.refuse(value, .notYetSupported(name.quoted)) }
            }
        )
    }

    /// What editors need and the program does not read.
    static var ignored: Self {
        Self(schema: { _ in ["type": "string"] }, read: { _, _, _ in })
    }
}

extension ValueFormat where Value == Bool {
    /// A switch that only a later version turns on.
    static func off(_ name: String) -> Self {
        Self(
            schema: { _ in ["const": false, "default": false] },
            read: { value, result, reader in
                ValueFormat<Bool>.boolean.read(value, &result, &reader)
                if value.content == .bool(true) {
                    reader.refuse(value, .notYetSupported(name.quoted, mend: "Write false."))
                }
            }
        )
    }
}
