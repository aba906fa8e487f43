import Sockets
import Testing

@testable import ProxyServer

/// What the buffers of a connection hold on to.
@Suite struct BufferTests {
    private static let readBytes = 65_536
    private static let headBytes = 28_000

    @Test func `input that is never empty holds what waits and no more`() {
        var input = InputBuffer()
        // As a client does whose writes all end in the middle of a head.
        input.append([UInt8](repeating: 1, count: Self.headBytes / 2)[...])
        var most = 0
        for _ in 0..<1_000 {
            input.append([UInt8](repeating: 1, count: Self.headBytes)[...])
            input.drop(Self.headBytes)
            most = max(most, input.heldBytes)
        }
        #expect(most <= Self.headBytes + Self.readBytes)
        #expect(input.waiting.count == Self.headBytes / 2)
    }

    @Test func `input gives out what came, in order, however it is added and used`() {
        var input = InputBuffer()
        var added: [UInt8] = []
        var used: [UInt8] = []
        for round in 0..<2_000 {
            let piece = (0..<round % 7).map { UInt8(truncatingIfNeeded: round &* 31 &+ $0) }
            added += piece
            input.append(piece[...])
            let count = min(input.waiting.count, round % 5)
            used += input.waiting.prefix(count)
            input.drop(count)
        }
        #expect(used + input.waiting == added)
        #expect(Array(input.take()) == Array(added[used.count...]))
        #expect(input.isEmpty && input.heldBytes == 0)
    }

    @Test func `input moves each byte at most once, whatever it is cut into`() {
        for piece in [1, 10, 1_000, Self.readBytes] {
            var input = InputBuffer()
            var moved = 0
            var total = 0
            var head = 0
            while total < 1 << 20 {
                let dropped = input.heldBytes - input.waiting.count
                if dropped > 0 { moved += input.waiting.count }
                input.append([UInt8](repeating: 1, count: piece)[...])
                total += piece
                head += piece
                // Small heads, and the last one of each piece is cut off.
                while head > 100 {
                    input.drop(100)
                    head -= 100
                }
            }
            #expect(moved <= total, "in pieces of \(piece)")
        }
    }

    @Test func `a large answer is not moved again and again for a slow reader`() {
        let pool = BufferPool()
        var output = OutputBuffer()
        let total = 16 << 20
        output.append(from: pool) { $0.append(contentsOf: [UInt8](repeating: 1, count: total)) }
        var moved = 0
        while !output.isEmpty {
            let before = output.heldBytes
            var room = 100_000
            _ = output.send(returningTo: pool) { _, range in
                guard room > 0 else { return .wouldBlock }
                let count = min(room, range.count)
                room -= count
                return .bytes(count)
            }
            if output.heldBytes < before { moved += output.heldBytes }
            #expect(output.heldBytes <= 2 * output.count + OutputBuffer.highWaterMark)
        }
        #expect(moved <= total)
    }
}
