import Testing

@testable import HTTPSyntax

@Suite struct ChunkedEncoderTests {
    @Test(arguments: [
        (1, "1"), (9, "9"), (10, "a"), (15, "f"), (16, "10"), (255, "ff"), (256, "100"), (4096, "1000"),
        (65_535, "ffff"), (0x1234_ABCD, "1234abcd"), (Int.max, "7fffffffffffffff"),
    ])
    func `writes sizes in hexadecimal without leading zeros (RFC 9112 §7.1)`(size: Int, text: String) {
        var bytes: [UInt8] = []
        ChunkedEncoder.writeChunkHead(size: size, to: &bytes)
        #expect(bytes == octets(text + "\r\n"))
    }

    @Test(arguments: [1, 7, 16, 255, 4097])
    func `writes what the decoder reads`(size: Int) {
        let data = (0..<10_000).map { UInt8(truncatingIfNeeded: $0) }
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: data.count, by: size) {
            ChunkedEncoder.writeChunk(data[start..<min(start + size, data.count)], to: &bytes)
        }
        ChunkedEncoder.writeLastChunk(to: &bytes)
        #expect(decodeChunks(bytes) == DecodedBody(data: data, consumed: bytes.count, hasEnded: true))
    }

    @Test func `writes no chunk for no data, which would end the body`() {
        var bytes: [UInt8] = []
        ChunkedEncoder.writeChunk([], to: &bytes)
        #expect(bytes.isEmpty)
    }
}
