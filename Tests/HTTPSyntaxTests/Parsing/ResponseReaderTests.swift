import Testing

@testable import HTTPSyntax

@Suite struct ResponseReaderTests {
    @Test func `a head that comes byte by byte is not moved for each of them`() throws {
        var reader = ResponseReader(to: .get)
        let head = octets("HTTP/1.1 200 OK\r\nX-Long: " + String(repeating: "a", count: 60_000))
        var rooms: Set<Int> = []
        for byte in head {
            var offset = 0
            guard case .needsMore = try reader.next(in: [byte].span, from: &offset) else {
                Issue.record("the head is not whole")
                return
            }
            rooms.insert(reader.incomplete.capacity)
        }
        // Room that doubles: each byte is moved about once.
        #expect(rooms.count <= 20)
        var offset = 0
        let rest = octets("\r\n\r\nbody")
        guard case .head(let whole, .untilClose) = try reader.next(in: rest.span, from: &offset) else {
            Issue.record("the head is whole")
            return
        }
        #expect(whole.fields.strings(named: "X-Long").map(\.count) == [60_000])
        #expect(offset == 4)
        #expect(reader.incomplete.isEmpty)
    }
}
