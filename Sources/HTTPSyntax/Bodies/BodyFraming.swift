import Text

/// How the end of a message's body is found.
///
/// - SeeAlso: RFC 9112 §6.3.
public enum BodyFraming: Sendable, Hashable {
    /// There is no body.
    case none
    /// The body has this many bytes, at least one.
    case length(Int64)
    /// The body is in chunks, and the last of them ends it.
    case chunked
    /// The body goes on until the connection is closed: responses only.
    case untilClose
}

extension BodyFraming {
    /// How long the body is, whatever says so on the wire.
    public var length: BodyLength {
        switch self {
        case .none: .none
        case .length(let count): .known(count)
        case .chunked, .untilClose: .unknown
        }
    }

    /// The framing that Content-Length or Transfer-Encoding declares; nil where neither is there.
    ///
    /// Takes one Content-Length of 1–18 digits, or exactly one `Transfer-Encoding: chunked` in HTTP/1.1. Whatever two
    /// recipients could read differently is refused: to forward it invites request smuggling (RFC 9112 §11.2).
    /// A server may say the same length several times (RFC 9110 §8.6).
    init?(declaredBy fields: FieldSection, version: HTTPVersion, from sender: MessageSender)
        throws(SyntaxError)
    {
        if let coding = fields.firstLine(of: .transferEncoding) {
            if fields.contains(.contentLength) { throw .conflictingFraming }
            if version == .http10 { throw .transferEncodingInHTTP10 }
            if fields.count(of: .transferEncoding) > 1 { throw .multipleTransferEncodings }
            let value = fields.bytes.span.extracting(coding.valueRange)
            guard value.equalsIgnoringCase("chunked".utf8.span) else { throw .unsupportedTransferCoding }
            self = .chunked
        } else if let length = fields.firstLine(of: .contentLength) {
            let value: Int64
            if fields.repeatsContentLength, sender == .server {
                value = try Self.repeatedLength(fields)
            } else {
                if fields.count(of: .contentLength) > 1 { throw .multipleContentLengths }
                value = try Self.contentLength(fields.bytes.span.extracting(length.valueRange))
            }
            self = value == 0 ? .none : .length(value)
        } else {
            return nil
        }
    }

    /// The one length that all lines of Content-Length, and all elements of each, agree on.
    private static func repeatedLength(_ fields: FieldSection) throws(SyntaxError) -> Int64 {
        var known: Int64?
        for line in fields.lines where line.field == .contentLength {
            let value = fields.bytes.span.extracting(line.valueRange)
            var start = 0
            for end in 0...value.count where end == value.count || value[end] == .comma {
                let length = try contentLength(value.extracting(value.trimmed(start..<end)))
                guard length == known ?? length else { throw .multipleContentLengths }
                known = length
                start = end &+ 1
            }
        }
        return known ?? 0
    }

    private static func contentLength(_ digits: Span<UInt8>) throws(SyntaxError) -> Int64 {
        guard digits.count > 0 else { throw .invalidContentLength }
        var value: Int64 = 0
        for index in digits.indices {
            guard digits[index].isDigit else { throw .invalidContentLength }
            // More than 18 digits wrap around here and are refused below.
            value = value &* 10 &+ Int64(digits[index] &- 0x30)
        }
        guard digits.count <= 18 else { throw .contentLengthTooLarge }
        return value
    }
}

extension FieldSection {
    /// Whether Content-Length is there more than once, in lines or in elements of one.
    var repeatsContentLength: Bool {
        guard let first = firstLine(of: .contentLength) else { return false }
        let value = bytes.span.extracting(first.valueRange)
        for index in value.indices where value[index] == .comma { return true }
        return count(of: .contentLength) > 1
    }

    /// Puts one Content-Length in the place of several that are known to agree.
    mutating func unifyContentLength() {
        guard let value = value(of: .contentLength) else { return }
        let digits = value.prefix { $0.isDigit }
        remove(.contentLength)
        append(.contentLength) { $0.append(contentsOf: digits) }
    }
}

extension Span<UInt8> {
    /// A range without the white space at its ends.
    fileprivate func trimmed(_ range: Range<Int>) -> Range<Int> {
        var lower = range.lowerBound
        var upper = range.upperBound
        while lower < upper, self[lower].isWhitespace { lower &+= 1 }
        while upper > lower, self[upper &- 1].isWhitespace { upper &-= 1 }
        return lower..<upper
    }
}
