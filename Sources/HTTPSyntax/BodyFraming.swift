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
    /// The framing that Content-Length or Transfer-Encoding declares; nil where neither is there.
    ///
    /// Takes one Content-Length of 1–18 digits, or exactly one `Transfer-Encoding: chunked` in HTTP/1.1. Whatever two
    /// recipients could read differently is refused: to forward it invites request smuggling (RFC 9112 §11.2).
    init?(declaredBy fields: FieldSection, version: HTTPVersion) throws(SyntaxError) {
        if let coding = fields.firstLine(of: .transferEncoding) {
            if fields.contains(.contentLength) { throw .conflictingFraming }
            if version == .http10 { throw .transferEncodingInHTTP10 }
            if fields.count(of: .transferEncoding) > 1 { throw .multipleTransferEncodings }
            let value = fields.bytes.span.extracting(coding.valueRange)
            guard value.equalsIgnoringCase("chunked".utf8.span) else { throw .unsupportedTransferCoding }
            self = .chunked
        } else if let length = fields.firstLine(of: .contentLength) {
            if fields.count(of: .contentLength) > 1 { throw .multipleContentLengths }
            let value = try Self.contentLength(fields.bytes.span.extracting(length.valueRange))
            self = value == 0 ? .none : .length(value)
        } else {
            return nil
        }
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
