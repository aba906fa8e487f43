import Text

/// The elements of a comma-separated value, as ranges of `bytes`: without white space around them, empty ones left out.
///
/// Commas in a quoted string part elements too: no list that the proxy reads has quoted strings.
///
/// - SeeAlso: RFC 9110 §5.6.1.
struct FieldElements: Sequence, IteratorProtocol {
    private let bytes: [UInt8]
    private var position: Int
    private let end: Int

    init(of line: FieldSection.Line, in bytes: [UInt8]) {
        self.bytes = bytes
        position = line.valueRange.lowerBound
        end = line.valueRange.upperBound
    }

    mutating func next() -> Range<Int>? {
        let start = position
        defer { assert(WorkCount.add(position &- start)) }
        while position < end {
            var lower = position
            while position < end, bytes[position] != .comma { position &+= 1 }
            var upper = position
            position &+= 1
            while lower < upper, bytes[lower].isWhitespace { lower &+= 1 }
            while upper > lower, bytes[upper &- 1].isWhitespace { upper &-= 1 }
            if lower < upper { return lower..<upper }
        }
        return nil
    }
}

extension FieldSection {
    /// The comma-separated elements of all lines of `field`, in order.
    ///
    /// White space around an element is taken off and empty elements are dropped. Quoted strings are not known: a comma
    /// in one parts elements as any other does.
    ///
    /// - SeeAlso: RFC 9110 §5.6.1.
    public func elements(of field: KnownField) -> [ArraySlice<UInt8>] {
        guard contains(field) else { return [] }
        return lines.filter { $0.field == field }.flatMap { line in
            FieldElements(of: line, in: bytes).map { bytes[$0] }
        }
    }

    /// Whether `token` is an element of `field`, without regard to case.
    public func contains(_ token: String, in field: KnownField) -> Bool {
        guard contains(field) else { return false }
        for line in lines where line.field == field {
            for element in FieldElements(of: line, in: bytes)
            where bytes.span.extracting(element).equalsIgnoringCase(token.utf8.span) {
                return true
            }
        }
        return false
    }
}

extension FieldSection {
    /// Whether the content is a stream of server-sent events, whatever the parameters of its media type.
    ///
    /// - SeeAlso: HTML §9.2.5; RFC 9110 §8.3.1.
    public var isEventStream: Bool {
        guard let line = firstLine(of: .contentType) else { return false }
        let value = bytes.span.extracting(line.valueRange)
        guard value.hasPrefixIgnoringCase("text/event-stream".utf8.span) else { return false }
        guard value.count > 17 else { return true }
        return value[17] == .semicolon || value[17].isWhitespace
    }
}
