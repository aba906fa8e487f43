import Testing

@testable import HTTPSyntax

/// What is malformed stands among the vectors of `RequestSmugglingTests`.
@Suite struct ChunkedDecoderTests {
    @Test(arguments: [
        ("0\r\n\r\n", ""), ("0000000000000000\r\n\r\n", ""), ("5\r\nhello\r\n0\r\n\r\n", "hello"),
        ("a\r\n0123456789\r\n0\r\n\r\n", "0123456789"), ("A\r\n0123456789\r\n0\r\n\r\n", "0123456789"),
        ("0000000000000001\r\nx\r\n0\r\n\r\n", "x"), ("1;\r\nx\r\n0;a\r\n\r\n", "x"),
        ("1;a=\"\u{E9}\t\" ;b\r\nx\r\n0\r\n\r\n", "x"), ("2\r\n\r\n\r\n1\r\n\n\r\n0\r\n\r\n", "\r\n\n"),
        ("1\r\nx\r\n0\r\nA: b\r\nC:\r\n\r\n", "x"),
    ])
    func `takes the chunked coding off (RFC 9112 §7.1)`(text: String, data: String) {
        let bytes = octets(text)
        let body = DecodedBody(data: octets(data), consumed: bytes.count, hasEnded: true)
        #expect(decodeChunks(bytes) == body)
        #expect(decodeChunks(bytes + octets("GET /")) == body)
        #expect(decodeChunks(bytes, cuts: 0..<bytes.count) == body)
        #expect(!decodeChunks(Array(bytes.dropLast())).hasEnded)
    }

    @Test(arguments: [
        "5 \r\nhello\r\n0 \r\n\r\n", "5\t \r\nhello\r\n0\r\n\r\n", "5  ;a=b\r\nhello\r\n0\t;c\r\n\r\n",
    ])
    func `takes white space behind the sizes of a server, and none of a client`(text: String) {
        let bytes = octets(text)
        let body = DecodedBody(data: octets("hello"), consumed: bytes.count, hasEnded: true)
        #expect(decodeChunks(bytes, from: .server) == body)
        #expect(decodeChunks(bytes, cuts: 0..<bytes.count, from: .server) == body)
        #expect(decodeChunks(bytes).error == .invalidChunkSize)
    }

    @Test(arguments: [
        ("5 5\r\n", SyntaxError.invalidChunkSize), (" 5\r\n", .invalidChunkSize), ("5 \n", .bareLineFeed),
        ("5 x\r\n", .invalidChunkSize), ("5" + String(repeating: " ", count: 256), .chunkLineTooLong),
        ("5\nhello", .bareLineFeed), ("5\r\nhello\n", .bareLineFeed),
    ])
    func `is strict with all else that a server may put there`(text: String, error: SyntaxError) {
        #expect(decodeChunks(octets(text), from: .server).error == error)
    }

    @Test func `hands out data without waiting for the whole chunk`() throws {
        var decoder = ChunkedDecoder()
        var offset = 2
        #expect(try decoder.next(in: octets("??fF\r\nabc"), from: &offset) == .data(6..<9))
        #expect(offset == 9)
        offset = 0
        #expect(try decoder.next(in: octets("defg"), from: &offset) == .data(0..<4))
        #expect(try decoder.next(in: octets(""), from: &offset) == .needsMore)
    }

    @Test func `stays at the end`() throws {
        var decoder = ChunkedDecoder()
        let bytes = octets("0\r\n\r\n5\r\nhello\r\n")
        var offset = 0
        for _ in 0..<3 {
            #expect(try decoder.next(in: bytes, from: &offset) == .end)
            #expect(offset == 5)
        }
        offset = 0
        #expect(try decoder.next(in: octets(""), from: &offset) == .end)
    }

    @Test func `repeats its error at the same offset`() {
        var decoder = ChunkedDecoder()
        let bytes = octets("5x\r\n")
        var offset = 0
        for _ in 0..<2 {
            #expect(throws: SyntaxError.invalidChunkSize) {
                _ = try decoder.next(in: bytes, from: &offset)
            }
            #expect(offset == 1)
        }
    }

    @Test func `takes a size up to the greatest Int64`() throws {
        var decoder = ChunkedDecoder()
        var offset = 0
        #expect(try decoder.next(in: octets("7fffffffffffffff\r\nab"), from: &offset) == .data(18..<20))
    }

    @Test func `limits the line of a chunk to 256 bytes`() {
        let line = "1;" + String(repeating: "e", count: 254)
        #expect(decodeChunks(octets("\(line)\r\nx\r\n\(line.replacingOne())\r\n\r\n")).hasEnded)
        #expect(decodeChunks(octets("\(line)e")).error == .chunkLineTooLong)
        #expect(decodeChunks(octets("0" + line.dropFirst() + "e")).error == .chunkLineTooLong)
        #expect(
            decodeChunks(octets("0000000000000001;" + String(repeating: "e", count: 240))).error
                == .chunkLineTooLong
        )
    }

    @Test func `limits the trailer section to 8 KiB, its line ends counted`() {
        let value = String(repeating: "v", count: 8 * 1024 - 7)
        #expect(decodeChunks(octets("0\r\nN: \(value)\r\n\r\n")).hasEnded)
        let large = decodeChunks(octets("0\r\nN: \(value)v\r\n\r\n"))
        #expect(large.error == .trailersTooLarge)
        let many = String(repeating: "a: b\r\n", count: 2000)
        #expect(decodeChunks(octets("0\r\n" + many)).error == .trailersTooLarge)
    }
}

extension String {
    /// The chunk line with size 0 in place of 1.
    fileprivate func replacingOne() -> String { "0" + dropFirst() }
}
