import HTTPTypes
import Text

/// What becomes of a line.
public enum LineEdit: Sendable, Equatable {
    /// It gets this value, which is trusted to be a valid one.
    case set([UInt8])
    /// It goes.
    case drop
}

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
        assert(WorkCount.add(lines.count))
        lines.removeAll { $0.field == field }
        present.remove(field)
    }

    /// Drops all lines whose name is `name`, without regard to case.
    public mutating func remove(named name: String) {
        let field = FieldNameTable.shared.field(named: name.utf8.span)
        guard field == .other else { return remove(field) }
        removeLines { bytes, line in
            line.field == .other
                && bytes.span.extracting(line.nameRange).equalsIgnoringCase(name.utf8.span)
        }
    }

    /// Drops all lines for whose field `predicate` holds; names that are not known come as `other`.
    public mutating func removeAll(where predicate: (KnownField) -> Bool) {
        removeLines { _, line in predicate(line.field) }
    }

    /// Drops all lines whose name starts with `prefix`, without regard to case.
    public mutating func removeAll(wherePrefixed prefix: String) {
        removeLines { bytes, line in
            bytes.span.extracting(line.nameRange).hasPrefixIgnoringCase(prefix.utf8.span)
        }
    }

    /// Drops all lines of no known field whose name starts with one of `prefixes`, which are in lower case.
    public mutating func removeUnknown(wherePrefixed prefixes: [[UInt8]]) {
        removeLines { bytes, line in
            guard line.field == .other else { return false }
            let name = bytes.span.extracting(line.nameRange)
            for prefix in prefixes where name.hasPrefixIgnoringCase(prefix.span) { return true }
            return false
        }
    }

    /// Gives lines of `field` another value, or drops them, each in its place; nil leaves a line as it is.
    public mutating func edit(_ field: KnownField, _ change: (ArraySlice<UInt8>) -> LineEdit?) {
        guard contains(field) else { return }
        removeLines { bytes, line in line.field == field && change(bytes[line.valueRange]) == .drop }
        for index in lines.indices where lines[index].field == field {
            guard case .set(let value) = change(value(of: lines[index])) else { continue }
            append(field) { $0 += value }
            lines[index] = lines.removeLast()
        }
    }

    /// Drops all lines for which `predicate` holds, given the field and the line as `Name: value`.
    public mutating func removeAll(whereLine predicate: (KnownField, Span<UInt8>) -> Bool) {
        removeLines { bytes, line in
            predicate(line.field, bytes.span.extracting(Int(line.nameStart)..<Int(line.valueEnd)))
        }
    }

    /// Drops the lines that `isDropped`, given the section's bytes, picks; mostly there are none.
    mutating func removeLines(where isDropped: ([UInt8], Line) -> Bool) {
        assert(WorkCount.add(lines.count))
        var index = 0
        while index < lines.count, !isDropped(bytes, lines[index]) { index &+= 1 }
        guard index < lines.count else { return }
        var kept = index
        index &+= 1
        while index < lines.count {
            let line = lines[index]
            index &+= 1
            if isDropped(bytes, line) { continue }
            lines[kept] = line
            kept &+= 1
        }
        lines.removeLast(lines.count &- kept)
        var fields = KnownFieldSet()
        for line in lines { fields.insert(line.field) }
        present = fields
    }
}
