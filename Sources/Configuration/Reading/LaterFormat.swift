import Text

extension ValueFormat where Value == Void {
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
