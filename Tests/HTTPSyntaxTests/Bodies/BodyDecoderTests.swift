import Testing

@testable import HTTPSyntax

@Suite struct BodyDecoderTests {
    private static let next = "GET / HTTP/1.1\r\n"

    /// A body in its framing with what it is worth, and the bytes of it that stand before its end.
    struct Body: Sendable, CustomTestStringConvertible {
        let framing: BodyFraming
        let wire: String
        let data: String

        var testDescription: String { "\(framing) \(wire.debugDescription)" }
    }

    private static let bodies = [
        Body(framing: .none, wire: "", data: ""),
        Body(framing: .length(1), wire: "a", data: "a"),
        Body(framing: .length(11), wire: "hello\r\n0\r\n\r", data: "hello\r\n0\r\n\r"),
        Body(framing: .chunked, wire: "0\r\n\r\n", data: ""),
        Body(
            framing: .chunked,
            wire: "5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nX-T: 1\r\n\r\n",
            data: "hello world"
        ),
        Body(framing: .chunked, wire: "1\r\n0\r\n1\r\n\r\r\n0\r\n\r\n", data: "0\r"),
    ]

    private enum End: Equatable {
        case open
        case end(rest: String)
        case refused(SyntaxError)
    }

    /// Gives a decoder pieces that end at some offsets, and collects what it makes of them.
    private func decode(_ framing: BodyFraming, _ bytes: [UInt8], cuts: [Int]) -> (data: String, end: End) {
        var decoder = BodyDecoder(framing)
        var data: [UInt8] = []
        var start = 0
        for cut in cuts + [bytes.count] {
            // Bytes before the offset must not be looked at.
            let piece = [0xFF] + Array(bytes[start..<cut])
            var offset = 1
            do throws(SyntaxError) {
                reading: while true {
                    switch try decoder.next(in: piece.span, from: &offset) {
                    case .data(let range): data += piece[range]
                    case .needsMore: break reading
                    case .end:
                        let rest = piece[offset...] + bytes[cut...]
                        return (text(data), .end(rest: text(Array(rest))))
                    }
                }
            } catch {
                return (text(data), .refused(error))
            }
            start = cut
        }
        return (text(data), .open)
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test(arguments: bodies)
    func `a body cut at every byte is the same, and what follows is left alone`(body: Body) {
        let bytes = octets(body.wire + Self.next)
        for cut in 0...bytes.count {
            for second in cut...bytes.count {
                let (data, end) = decode(body.framing, bytes, cuts: [cut, second])
                #expect(data == body.data)
                #expect(end == .end(rest: Self.next), "\(cut), \(second)")
            }
        }
    }

    @Test(arguments: bodies)
    func `a body that is cut off does not end`(body: Body) {
        let bytes = octets(body.wire)
        for count in 0..<bytes.count {
            let (data, end) = decode(body.framing, Array(bytes[..<count]), cuts: [])
            #expect(octets(body.data).starts(with: octets(data)))
            #expect(end == .open)
        }
    }

    @Test func `without framing all bytes to the end of the connection are the body`() {
        let bytes = octets("hello\r\n\r\n0\r\n\r\n")
        for cut in 0...bytes.count {
            let (data, end) = decode(.untilClose, bytes, cuts: [cut])
            #expect(data == text(bytes))
            #expect(end == .open)
        }
    }

    @Test func `a bad chunk is refused wherever it is cut, and once more if asked again`() {
        let bytes = octets("2\r\nok\r\nzz\r\n")
        for cut in 0...bytes.count {
            let (data, end) = decode(.chunked, bytes, cuts: [cut])
            #expect(data == "ok")
            #expect(end == .refused(.invalidChunkSize))
        }
        var decoder = BodyDecoder(.chunked)
        for _ in 0..<2 {
            var offset = 0
            #expect(throws: SyntaxError.invalidChunkSize) {
                _ = try decoder.next(in: octets("zz").span, from: &offset)
            }
            #expect(offset == 0)
        }
    }

    // MARK: Questions

    @Test func `only a body without framing ends with the connection`() {
        #expect(BodyDecoder(.untilClose).endsWithConnection)
        for framing in [BodyFraming.none, .length(1), .chunked] {
            #expect(!BodyDecoder(framing).endsWithConnection)
        }
    }

    @Test func `a counted body is complete with its last byte`() throws {
        #expect(BodyDecoder(.none).isComplete)
        #expect(BodyDecoder(.length(0)).isComplete)
        var decoder = BodyDecoder(.length(3))
        var offset = 0
        #expect(try decoder.next(in: octets("ab").span, from: &offset) == .data(0..<2))
        #expect(!decoder.isComplete)
        offset = 0
        #expect(try decoder.next(in: octets("cd").span, from: &offset) == .data(0..<1))
        #expect(decoder.isComplete)
        #expect(offset == 1)
    }

    @Test func `the greatest length there is does not overflow`() throws {
        var decoder = BodyDecoder(.length(.max))
        var offset = 0
        #expect(try decoder.next(in: octets("abc").span, from: &offset) == .data(0..<3))
        #expect(try decoder.next(in: octets("abc").span, from: &offset) == .needsMore)
    }
}
