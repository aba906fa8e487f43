/// Looks at a client's first bytes while they still wait in the kernel, until its ClientHello is whole.
///
/// So a client that sends half of one, or a byte, costs none of OpenSSL's memory. A hello that is longer than a
/// record, or cut into more records than anybody does, is refused: OpenSSL would take one of 128 KiB, and make room
/// for what the first bytes announce.
///
/// - SeeAlso: RFC 8446 §4 and §5.1.
enum ClientHelloWait {
    /// What the bytes come to.
    enum Step: Equatable {
        /// Nothing more can be said before so many bytes are there; never more than `maximumBytes`.
        case waits(count: Int)
        /// The hello ends with the record that ends after so many bytes.
        case whole(count: Int)
        /// A method's first letter stands where TLS has 0x16.
        case plainHTTP
    }

    private static let maximumPayloadBytes = 16_384
    private static let maximumRecords = 16
    private static let recordHeaderBytes = 5
    private static let helloHeaderBytes = 4
    /// The first byte of a record that carries a handshake, and of a ClientHello in it.
    private static let handshakeType: UInt8 = 22
    private static let helloType: UInt8 = 1

    /// As much is looked at, at most: the last record may hold more than the rest of the hello.
    static let maximumBytes = 2 * maximumPayloadBytes + maximumRecords * recordHeaderBytes

    /// Looks at all the bytes that have come.
    ///
    /// - Throws: What the client is told where it can never become a hello that is taken.
    static func look(at bytes: Span<UInt8>) throws(TLSAlert) -> Step {
        guard bytes.count > 0 else { return .waits(count: 1) }
        if UInt8(ascii: "A")...UInt8(ascii: "Z") ~= bytes[0] { return .plainHTTP }
        var position = 0
        var payload = 0
        var header: [UInt8] = []
        for _ in 0..<maximumRecords {
            let end = try endOfRecord(at: position, in: bytes)
            guard end <= bytes.count else { return .waits(count: end) }
            let start = position + recordHeaderBytes
            for index in start..<end where header.count < helloHeaderBytes { header.append(bytes[index]) }
            payload += end - start
            position = end
            guard header.count == helloHeaderBytes else { continue }
            guard header[0] == helloType else { throw .unexpectedMessage }
            let length = helloHeaderBytes + header[1...].reduce(0) { $0 << 8 | Int($1) }
            guard length <= maximumPayloadBytes else { throw .illegalParameter }
            if payload >= length { return .whole(count: position) }
        }
        throw .illegalParameter
    }

    /// Where a record ends; the end of its header where that is not whole yet.
    private static func endOfRecord(at start: Int, in bytes: Span<UInt8>) throws(TLSAlert) -> Int {
        if start < bytes.count, bytes[start] != handshakeType { throw .unexpectedMessage }
        if start + 1 < bytes.count, bytes[start + 1] != 3 { throw .protocolVersion }
        let body = start + recordHeaderBytes
        guard body <= bytes.count else { return body }
        let length = Int(bytes[start + 3]) << 8 | Int(bytes[start + 4])
        guard length > 0 else { throw .unexpectedMessage }
        guard length <= maximumPayloadBytes else { throw .recordOverflow }
        return body + length
    }
}
