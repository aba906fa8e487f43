import HTTPTypes
import Text

/// Reads request heads, strictly, as their bytes come in.
///
/// It is given the whole unread buffer each time and remembers how far it has looked, so that a head in n pieces costs
/// no more than one in a single piece. Errors are found at the first byte that breaks a rule, and an error is repeated
/// if it is asked again. Up to two empty lines before the request line are skipped.
///
/// - SeeAlso: RFC 9112 §2.2, §3 and §5.
public struct RequestHeadParser: Sendable {
    private let limits: HeadLimits
    /// Everything before this has been looked at and is in order.
    private(set) var position = 0
    private var headStart = 0
    private var requestLine: RequestLineParser
    private var fields: FieldSectionParser

    /// Makes a parser for heads within `limits`.
    public init(limits: HeadLimits) {
        var limits = limits
        // Keeps offsets within 32 bits and sums without overflow.
        limits.headerBytes = min(max(limits.headerBytes, 0), 1 << 30)
        limits.urlBytes = min(max(limits.urlBytes, 0), 1 << 30)
        self.limits = limits
        requestLine = RequestLineParser(maximumTargetBytes: limits.urlBytes)
        fields = FieldSectionParser(maximumCount: limits.headerCount)
    }

    /// Looks for a whole head at the start of `bytes`.
    ///
    /// After a head it is ready for the next one.
    ///
    /// - Parameter bytes: All that has been read and not consumed: what was given before, and more.
    /// - Returns: The head and how many bytes it takes up, or nil where more bytes are needed.
    /// - Throws: The first rule that the bytes break.
    public mutating func parse(
        _ bytes: Span<UInt8>
    ) throws(SyntaxError) -> (head: RequestHead, consumed: Int)? {
        guard bytes.count >= position, try skipEmptyLines(in: bytes) else { return nil }
        let head = bytes.extracting(first: headStart &+ limits.headerBytes)
        guard try requestLine.parse(head, from: &position, headStart: headStart),
            try fields.parse(head, from: &position, headStart: headStart)
        else {
            if bytes.count >= headStart &+ limits.headerBytes { throw .headTooLarge }
            return nil
        }
        let result = (head: try makeHead(of: head), consumed: position)
        self = RequestHeadParser(limits: limits)
        return result
    }

    /// Skips up to two CRLF before the head and returns whether something follows.
    private mutating func skipEmptyLines(in bytes: Span<UInt8>) throws(SyntaxError) -> Bool {
        while position == headStart {
            guard position < bytes.count else { return false }
            // Nothing but CRLF pairs has been skipped: an odd position is that of a line feed.
            if position % 2 == 1 {
                guard bytes[position] == .lineFeed else { throw .bareCarriageReturn }
            } else {
                guard bytes[position] == .carriageReturn else { return true }
                guard position < 4 else { throw .tooManyEmptyLines }
            }
            position &+= 1
            headStart = position
        }
        return true
    }

    private func makeHead(of bytes: Span<UInt8>) throws(SyntaxError) -> RequestHead {
        let storage = bytes.copy(headStart..<position)
        let methodEnd = requestLine.methodEnd &- headStart
        let targetEnd = requestLine.targetEnd &- headStart
        guard let method = HTTPRequest.Method(String(decoding: storage[..<methodEnd], as: UTF8.self)) else {
            throw .invalidMethod
        }
        let head = RequestHead(
            method: method,
            target: String(decoding: storage[(methodEnd &+ 1)..<targetEnd], as: UTF8.self),
            version: requestLine.version,
            fields: fields.section(of: storage)
        )
        try head.validateHost()
        return head
    }
}
