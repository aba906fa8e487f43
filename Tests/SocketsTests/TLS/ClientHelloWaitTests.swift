import Testing

@testable import Sockets

@Suite struct ClientHelloWaitTests {
    /// A ClientHello with so many bytes behind its header.
    private static func hello(_ count: Int) -> [UInt8] {
        [1, UInt8(count >> 16), UInt8(count >> 8 & 255), UInt8(count & 255)]
            + [UInt8](repeating: 7, count: count)
    }

    /// A message in records that carry so many bytes each.
    private static func records(_ message: [UInt8], of size: Int) -> [UInt8] {
        stride(from: 0, to: message.count, by: size).flatMap { start in
            let piece = message[start..<min(start + size, message.count)]
            return [22, 3, 1, UInt8(piece.count >> 8), UInt8(piece.count & 255)] + piece
        }
    }

    private static func look(_ bytes: [UInt8]) throws(TLSAlert) -> ClientHelloWait.Step {
        try ClientHelloWait.look(at: bytes.span)
    }

    @Test(arguments: [(40, 16_384), (512, 16_384), (16_380, 16_384), (40, 3), (40, 1 + 2), (16_000, 1_100)])
    func `a hello is whole with its last byte, and not before`(count: Int, size: Int) throws {
        let bytes = Self.records(Self.hello(count), of: size)
        #expect(try Self.look(bytes) == .whole(count: bytes.count))
        #expect(try Self.look(bytes + [22, 3, 1]) == .whole(count: bytes.count))
        for end in bytes.indices where end < 200 || end > bytes.count - 200 {
            guard case .waits(let wanted) = try Self.look(Array(bytes[..<end])) else {
                Issue.record("\(end) of \(bytes.count) bytes")
                continue
            }
            #expect(wanted > end && wanted <= bytes.count && wanted <= ClientHelloWait.maximumBytes)
        }
    }

    @Test func `bytes are looked at a few times only, however they dribble in`() throws {
        let bytes = Self.records(Self.hello(16_000), of: 1_100)
        var wanted = 1
        var looks = 0
        for count in 1...bytes.count where count >= wanted {
            looks += 1
            if case .waits(let more) = try Self.look(Array(bytes[..<count])) { wanted = more }
        }
        #expect(looks <= 40)
    }

    @Test(
        arguments: [
            ([0], TLSAlert.unexpectedMessage), ([0x80, 0x2E, 1], .unexpectedMessage),
            ([10], .unexpectedMessage),
            ([23, 3, 3, 0, 1], .unexpectedMessage), ([22, 2], .protocolVersion),
            ([22, 3, 1, 0, 0], .unexpectedMessage),
            ([22, 3, 1, 0x40, 1], .recordOverflow), ([22, 3, 1, 0, 4, 2, 0, 0, 0], .unexpectedMessage),
            // Longer than a record can hold: 16,381 bytes behind its header.
            ([22, 3, 1, 0, 4, 1, 0, 0x3F, 0xFD], .illegalParameter),
            ([22, 3, 1, 0, 4, 1, 0xFF, 0xFF, 0xFF], .illegalParameter),
        ] as [([UInt8], TLSAlert)]
    )
    func `what can never become a hello is refused at once`(bytes: [UInt8], alert: TLSAlert) {
        #expect(throws: alert) { try Self.look(bytes) }
        #expect(alert.record.prefix(6) == [21, 3, 3, 0, 2, 2] && alert.record.count == 7)
    }

    @Test func `a hello in very many records is refused`() {
        let bytes = Self.records(Self.hello(100), of: 2)
        #expect(throws: TLSAlert.illegalParameter) { try Self.look(bytes) }
    }

    @Test(arguments: ["GET / HTTP/1.1", "P", "OPTIONS"])
    func `a letter is plain HTTP`(text: String) throws {
        #expect(try Self.look(Array(text.utf8)) == .plainHTTP)
        #expect(try Self.look([]) == .waits(count: 1))
    }
}
