import HTTPTypes

extension FieldSection {
    /// Adds a line of `field` in its conventional spelling.
    ///
    /// - Parameters:
    ///   - field: Any field but `other`, which has no name: nothing is added for it.
    ///   - value: Trusted to be a valid field value: callers pass validated text only.
    @inlinable
    public mutating func append(_ field: KnownField, _ value: some StringProtocol) {
        appendLine(field, String(value))
    }

    /// Adds a line of `field` whose value `write` appends; its bytes are trusted to be a valid field value.
    public mutating func append(_ field: KnownField, writing write: (inout [UInt8]) -> Void) {
        guard field != .other else { return }
        appendLine(field, name: field.name, writing: write)
    }

    /// Adds a line whose name is classified here.
    ///
    /// - Parameters:
    ///   - name: Trusted to be a token.
    ///   - value: Trusted to be a valid field value.
    @inlinable
    public mutating func append(name: some StringProtocol, value: some StringProtocol) {
        appendLine(named: String(name), String(value))
    }

    /// Adds a line for a field of HTTPTypes.
    public mutating func append(_ field: HTTPField) {
        appendLine(named: field.name.rawName, field.value)
    }

    @usableFromInline
    mutating func appendLine(_ field: KnownField, _ value: String) {
        guard field != .other else { return }
        appendLine(field, name: field.name, value)
    }

    @usableFromInline
    mutating func appendLine(named name: String, _ value: String) {
        appendLine(FieldNameTable.shared.field(named: name.utf8.span), name: name, value)
    }

    private mutating func appendLine(_ field: KnownField, name: String, _ value: String) {
        appendLine(field, name: name) { $0.append(contentsOf: value.utf8) }
    }

    private mutating func appendLine(
        _ field: KnownField,
        name: String,
        writing write: (inout [UInt8]) -> Void
    ) {
        let nameStart = bytes.count
        bytes.append(contentsOf: name.utf8)
        let nameEnd = bytes.count
        bytes.append(.colon)
        bytes.append(.space)
        let valueStart = bytes.count
        write(&bytes)
        let valueEnd = bytes.count
        bytes.append(.carriageReturn)
        bytes.append(.lineFeed)
        // Offsets fit in 32 bits: a head is limited to far less, and what is added comes from the proxy itself.
        lines.append(
            Line(
                field: field,
                isPlain: true,
                nameStart: UInt32(truncatingIfNeeded: nameStart),
                nameEnd: UInt32(truncatingIfNeeded: nameEnd),
                valueStart: UInt32(truncatingIfNeeded: valueStart),
                valueEnd: UInt32(truncatingIfNeeded: valueEnd)
            )
        )
        present.insert(field)
    }

    /// Drops all lines of `field`.
    public mutating func remove(_ field: KnownField) {
        guard contains(field) else { return }
        lines.removeAll { $0.field == field }
        present.remove(field)
    }

    /// Drops all lines whose name is `name`, without regard to case.
    public mutating func remove(named name: String) {
        let field = FieldNameTable.shared.field(named: name.utf8.span)
        guard field == .other else { return remove(field) }
        removeLines { section, line in line.field == .other && section.isNamed(name.utf8.span, line) }
    }

    /// Drops all lines for whose field `predicate` holds; names that are not known come as `other`.
    public mutating func removeAll(where predicate: (KnownField) -> Bool) {
        removeLines { _, line in predicate(line.field) }
    }

    /// Drops all lines whose name starts with `prefix`, without regard to case.
    public mutating func removeAll(wherePrefixed prefix: String) {
        removeLines { section, line in
            section.bytes.span.extracting(line.nameRange).hasPrefixIgnoringCase(prefix.utf8.span)
        }
    }

    /// Drops the lines that `isDropped` picks and counts anew which fields are left.
    mutating func removeLines(where isDropped: (FieldSection, Line) -> Bool) {
        var kept: [Line] = []
        kept.reserveCapacity(lines.count)
        var fields = KnownFieldSet()
        for line in lines where !isDropped(self, line) {
            kept.append(line)
            fields.insert(line.field)
        }
        lines = kept
        present = fields
    }
}
