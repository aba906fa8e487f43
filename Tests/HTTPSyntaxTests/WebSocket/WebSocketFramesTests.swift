import Testing

@testable import HTTPSyntax

@Suite struct WebSocketFramesTests {
    /// A frame with an opcode and as many bytes; masked as clients do it.
    private static func frame(_ opcode: UInt8, _ count: Int, isMasked: Bool = false) -> [UInt8] {
        let mask: UInt8 = isMasked ? 0x80 : 0
        let length: [UInt8] =
            switch count {
            case ..<126: [mask | UInt8(count)]
            case ..<65_536: [mask | 126, UInt8(count >> 8), UInt8(count & 0xFF)]
            default: [mask | 127] + (0..<8).reversed().map { UInt8(count >> (8 * $0) & 0xFF) }
            }
        let key: [UInt8] = isMasked ? [1, 2, 3, 4] : []
        // Payload that looks like headers, to be taken for none.
        return [0x80 | opcode] + length + key + (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 | 0x88) }
    }

    private static let stream =
        frame(1, 0) + frame(2, 125) + frame(9, 3, isMasked: true) + frame(0, 126) + frame(2, 70_000)
        + frame(1, 200, isMasked: true)
    private static let ends = [0, 2, 129, 138, 268, 70_278, 70_486]

    @Test func `boundaries are found whatever the pieces`() {
        for size in [1, 2, 3, 5, 7, 64, 1_000, 70_000, 80_000] {
            var frames = WebSocketFrames()
            #expect(frames.isAtBoundary)
            var offset = 0
            while offset < Self.stream.count {
                let piece = Array(Self.stream[offset..<min(offset + size, Self.stream.count)])
                #expect(frames.follow(piece.span) == piece.count)
                offset += piece.count
                #expect(frames.isAtBoundary == Self.ends.contains(offset), "at \(offset) by \(size)")
            }
            #expect(!frames.hasClosed && !frames.isLost)
        }
    }

    @Test func `a frame that has begun is followed to its end and no further`() {
        for cut in 1..<Self.stream.count where cut % 97 == 1 || cut < 300 {
            var frames = WebSocketFrames()
            let before = Array(Self.stream[..<cut])
            let after = Array(Self.stream[cut...])
            frames.follow(before.span)
            guard !frames.isAtBoundary else { continue }
            let count = frames.follow(after.span, stopsAtBoundary: true)
            #expect(Self.ends.contains(cut + count) && frames.isAtBoundary)
            #expect(!Self.ends.contains { $0 > cut && $0 < cut + count }, "the first one")
        }
    }

    @Test func `a close frame is noticed with its first byte`() {
        var frames = WebSocketFrames()
        frames.follow(Self.frame(1, 5).span)
        #expect(!frames.hasClosed)
        frames.follow([UInt8(0x88)].span)
        #expect(frames.hasClosed && !frames.isAtBoundary)
    }

    @Test func `behind a length that no frame has there is no boundary`() {
        var frames = WebSocketFrames()
        frames.follow([0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 1].span)
        #expect(frames.isLost && !frames.isAtBoundary)
        #expect(frames.follow(Self.stream.span, stopsAtBoundary: true) == Self.stream.count)
        #expect(!frames.isAtBoundary)
    }

    @Test func `the longest frame is followed without being counted up`() {
        var frames = WebSocketFrames()
        frames.follow([0x82, 127, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF].span)
        frames.follow(Self.stream.span)
        #expect(!frames.isLost && !frames.isAtBoundary)
        var masked = WebSocketFrames()
        masked.follow([0x82, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF].span)
        #expect(!masked.isLost)
    }

    @Test func `RFC 6455 §7 close frames of a server`() {
        #expect(WebSocketCloseCode.goingAway.frame == [0x88, 2, 0x03, 0xE9])
        #expect(WebSocketCloseCode.policyViolation.frame == [0x88, 2, 0x03, 0xF0])
    }

    @Test func `RFC 6455 §5.3 a client masks its close frame`() {
        #expect(
            WebSocketCloseCode.normal.maskedFrame(by: 0x04030201)
                == [0x88, 0x82, 1, 2, 3, 4, 0x03 ^ 1, 0xE8 ^ 2]
        )
    }
}
