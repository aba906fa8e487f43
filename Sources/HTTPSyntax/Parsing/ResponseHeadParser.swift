/// Reads response heads, interim ones too, as strictly as `RequestHeadParser` and in the same way.
///
/// - SeeAlso: RFC 9112 §4 and §5.
public struct ResponseHeadParser: Sendable {
    private let maximumHeadBytes: Int
    private let maximumFieldCount: Int
    /// Everything before this has been looked at and is in order.
    private(set) var position = 0
    private var statusLine = StatusLineParser()
    private var fields: FieldSectionParser

    /// Makes a parser.
    ///
    /// - Parameters:
    ///   - maximumHeadBytes: The greatest length of a head in bytes, its last empty line included; at most 1 GiB.
    ///   - maximumFieldCount: The greatest number of field lines.
    public init(maximumHeadBytes: Int, maximumFieldCount: Int) {
        // Keeps offsets within 32 bits.
        self.maximumHeadBytes = min(max(maximumHeadBytes, 0), 1 << 30)
        self.maximumFieldCount = maximumFieldCount
        fields = FieldSectionParser(maximumCount: maximumFieldCount)
    }

    /// Looks for a whole head at the start of `bytes`.
    ///
    /// After a head it is ready for the next one. No empty lines are skipped.
    ///
    /// - Parameter bytes: All that has been read and not consumed: what was given before, and more.
    /// - Returns: The head and how many bytes it takes up, or nil where more bytes are needed.
    /// - Throws: The first rule that the bytes break.
    public mutating func parse(
        _ bytes: Span<UInt8>
    ) throws(SyntaxError) -> (head: ResponseHead, consumed: Int)? {
        guard bytes.count >= position else { return nil }
        let head = bytes.extracting(first: maximumHeadBytes)
        guard try statusLine.parse(head, from: &position),
            try fields.parse(head, from: &position, headStart: 0)
        else {
            if bytes.count >= maximumHeadBytes { throw .headTooLarge }
            return nil
        }
        let storage = head.copy(0..<position)
        let result = (
            head: ResponseHead(
                version: statusLine.version,
                status: statusLine.status,
                reason: String(decoding: storage[statusLine.reason], as: UTF8.self),
                fields: fields.section(of: storage)
            ),
            consumed: position
        )
        self = ResponseHeadParser(maximumHeadBytes: maximumHeadBytes, maximumFieldCount: maximumFieldCount)
        return result
    }
}
