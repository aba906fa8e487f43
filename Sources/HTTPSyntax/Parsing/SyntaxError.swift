/// A rule of RFC 9110, RFC 9112 or RFC 6455 that a message breaks, on either side of the proxy.
///
/// After any of these the connection cannot be used further: where the message ends is unknown.
public enum SyntaxError: Error, Sendable, Hashable, CaseIterable {
    // MARK: Start lines

    /// More than two empty lines stand before a request line (RFC 9112 §2.2 asks for at least one to be skipped).
    case tooManyEmptyLines
    /// A part of the request line is missing, or not exactly one space parts two of them (RFC 9112 §3).
    case malformedRequestLine
    /// The method is no token (RFC 9110 §9.1).
    case invalidMethod
    /// The method is longer than 32 bytes, and so than any that is implemented (RFC 9112 §3).
    case methodTooLong
    /// The request target has an octet outside `!` to `~` (RFC 9112 §3.2).
    case invalidTarget
    /// The request target is longer than `HeadLimits.urlBytes`.
    case targetTooLong
    /// The version is not `HTTP/` digit `.` digit (RFC 9112 §2.3).
    case malformedVersion
    /// The version is well formed, but neither 1.0 nor 1.1.
    case unsupportedVersion
    /// The status line is not version, space, code, and a space before its reason (RFC 9112 §4).
    case malformedStatusLine
    /// The status code is not three digits from 100 to 999; those above 599 have no meaning (RFC 9110 §15).
    case invalidStatus
    /// The reason phrase has a control character (RFC 9112 §4).
    case invalidReason
    /// A server switches protocols although nobody asked for it (RFC 9110 §15.2.2).
    case unaskedUpgrade
    /// A 101 that a WebSocket handshake has asked for names another protocol, or several (RFC 6455 §4.2.2).
    case wrongUpgrade
    /// Its Sec-WebSocket-Accept is not the one that the key asks for (RFC 6455 §4.2.2).
    case wrongWebSocketAccept
    /// It chooses a subprotocol that was not offered (RFC 6455 §4.2.2).
    case unofferedSubprotocol
    /// More than 20 interim responses stand before the final one.
    case tooManyInterimResponses

    // MARK: Lines and fields

    /// A carriage return stands without a line feed after it (RFC 9112 §2.2).
    case bareCarriageReturn
    /// A line feed stands without a carriage return before it (RFC 9112 §2.2).
    case bareLineFeed
    /// The line after the start line begins with white space (RFC 9112 §2.2).
    case whitespaceBeforeFirstField
    /// A field line is folded (RFC 9112 §5.2).
    case obsoleteLineFolding
    /// A field line begins with its colon (RFC 9112 §5).
    case emptyFieldName
    /// A field name has an octet that no token has (RFC 9110 §5.1).
    case invalidFieldName
    /// White space stands between a field name and its colon (RFC 9112 §5.1).
    case whitespaceBeforeColon
    /// A field line has no colon (RFC 9112 §5).
    case missingColon
    /// A field value has a control character other than HTAB (RFC 9110 §5.5).
    case invalidFieldValue
    /// The head, without empty lines before it, is longer than the limit.
    case headTooLarge
    /// There are more field lines than the limit.
    case tooManyFields

    // MARK: Host

    /// An HTTP/1.1 request has no Host (RFC 9112 §3.2).
    case missingHost
    /// A request has more than one Host (RFC 9112 §3.2).
    case multipleHosts
    /// The Host is not a host name or an IP address with, at most, a port (RFC 9110 §7.2).
    case invalidHost

    // MARK: Body framing

    /// Content-Length and Transfer-Encoding are both there (RFC 9112 §6.3).
    case conflictingFraming
    /// There is more than one Content-Length, or, from a server, more than one that differ (RFC 9112 §6.3).
    case multipleContentLengths
    /// The Content-Length is not made of digits alone (RFC 9110 §8.6).
    case invalidContentLength
    /// The Content-Length has more than 18 digits.
    case contentLengthTooLarge
    /// There is more than one Transfer-Encoding line (RFC 9112 §6.1).
    case multipleTransferEncodings
    /// An HTTP/1.0 message has a Transfer-Encoding (RFC 9112 §6.1).
    case transferEncodingInHTTP10
    /// The Transfer-Encoding is anything but `chunked` alone (RFC 9112 §6.1).
    case unsupportedTransferCoding

    // MARK: Chunks

    /// A chunk size is empty, or has an octet that is no hexadecimal digit (RFC 9112 §7.1).
    case invalidChunkSize
    /// A chunk size has more than 16 digits or exceeds the greatest `Int64`.
    case chunkSizeTooLarge
    /// A chunk extension has a control character (RFC 9112 §7.1.1).
    case invalidChunkExtension
    /// The line that begins a chunk is longer than 256 bytes.
    case chunkLineTooLong
    /// The data of a chunk is not followed by an end of line (RFC 9112 §7.1).
    case missingChunkEnd
    /// The trailer section is longer than 8 KiB.
    case trailersTooLarge
}
