import HTTPTypes
import Testing

@testable import HTTPSyntax

@Suite struct BodyFramingTests {
    @Test(arguments: [
        ("", BodyFraming.none), ("Content-Length: 0\r\n", .none), ("Content-Length: 000\r\n", .none),
        ("Content-Length: 1\r\n", .length(1)), ("Content-Length:\t007 \r\n", .length(7)),
        ("Content-Length: 999999999999999999\r\n", .length(999_999_999_999_999_999)),
        ("Transfer-Encoding: chunked\r\n", .chunked), ("transfer-encoding:CHUNKED\t\r\n", .chunked),
        ("TE: trailers\r\n", .none), ("X-Content-Length: 5\r\n", .none),
    ])
    func `finds the end of a request (RFC 9112 §6.3)`(lines: String, framing: BodyFraming) throws {
        for method in ["GET", "HEAD", "POST", "DELETE"] {
            #expect(try requestHead("\(method) / HTTP/1.1\r\nHost: a\r\n\(lines)\r\n").framing() == framing)
        }
    }

    @Test(arguments: [
        ("", BodyFraming.untilClose), ("Content-Length: 0\r\n", .none),
        ("Content-Length: 12\r\n", .length(12)),
        ("Transfer-Encoding: chunked\r\n", .chunked),
    ])
    func `finds the end of a response (RFC 9112 §6.3)`(lines: String, framing: BodyFraming) throws {
        let head = try responseHead("HTTP/1.1 200 OK\r\n\(lines)\r\n")
        #expect(try head.framing(forRequestMethod: .get) == framing)
        #expect(try head.framing(forRequestMethod: .post) == framing)
        #expect(try head.framing(forRequestMethod: .head) == .none)
    }

    @Test(arguments: [100, 101, 103, 199, 204, 304])
    func `gives 1xx, 204 and 304 no body (RFC 9112 §6.3)`(status: Int) throws {
        for lines in ["", "Content-Length: 12\r\n", "Transfer-Encoding: chunked\r\n"] {
            let head = try responseHead("HTTP/1.1 \(status) X\r\n\(lines)\r\n")
            #expect(try head.framing(forRequestMethod: .get) == .none)
        }
    }

    @Test(arguments: [200, 205, 206, 303, 305, 404, 599])
    func `gives other statuses the body that they declare (RFC 9112 §6.3)`(status: Int) throws {
        let head = try responseHead("HTTP/1.1 \(status) X\r\nContent-Length: 3\r\n\r\n")
        #expect(try head.framing(forRequestMethod: .get) == .length(3))
    }

    @Test(arguments: [
        Vector("differing", "Content-Length: 2\r\nContent-Length: 30\r\n", .multipleContentLengths),
        Vector("a list of two that differ", "Content-Length: 2, 30\r\n", .multipleContentLengths),
        Vector(
            "differing in the end",
            "Content-Length: 2,2\r\nContent-Length: 3\r\n",
            .multipleContentLengths
        ),
        Vector("a list that ends early", "Content-Length: 2,\r\n", .invalidContentLength),
        Vector("a list of no numbers", "Content-Length: 2, 2x\r\n", .invalidContentLength),
        Vector("a space within", "Content-Length: 2 2\r\n", .invalidContentLength),
        Vector("repeated and empty", "Content-Length: 2\r\nContent-Length:\r\n", .invalidContentLength),
        Vector(
            "both, repeated",
            "Content-Length: 2\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n",
            .conflictingFraming
        ),
        Vector("chunked twice", "Transfer-Encoding: chunked, chunked\r\n", .unsupportedTransferCoding),
        Vector("plus", "Content-Length: +2\r\n", .invalidContentLength),
        Vector("minus", "Content-Length: -2\r\n", .invalidContentLength),
        Vector("letters after", "Content-Length: 2abc\r\n", .invalidContentLength),
        Vector("hexadecimal", "Content-Length: 0x10\r\n", .invalidContentLength),
        Vector("empty", "Content-Length:\r\n", .invalidContentLength),
        Vector("overflow", "Content-Length: 9223372036854775808\r\n", .contentLengthTooLarge),
        Vector("overflow to 2", "Content-Length: 18446744073709551618\r\n", .contentLengthTooLarge),
        Vector("both", "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", .conflictingFraming),
        Vector(
            "two codings",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
            .multipleTransferEncodings
        ),
        Vector("gzip last", "Transfer-Encoding: chunked, gzip\r\n", .unsupportedTransferCoding),
        Vector("gzip first", "Transfer-Encoding: gzip, chunked\r\n", .unsupportedTransferCoding),
        Vector("gzip", "Transfer-Encoding: gzip\r\n", .unsupportedTransferCoding),
        Vector("identity", "Transfer-Encoding: identity\r\n", .unsupportedTransferCoding),
    ])
    func `refuses contradictory framing, whether there is a body or not (RFC 9112 §6.3)`(vector: Vector)
        throws
    {
        for status in [200, 100, 204, 304] {
            let head = try responseHead("HTTP/1.1 \(status) X\r\n\(vector.text)\r\n")
            for method in [HTTPRequest.Method.get, .head] {
                #expect(throws: vector.error) { try head.framing(forRequestMethod: method) }
            }
        }
    }

    @Test(arguments: [
        "Content-Length: 2\r\nContent-Length: 2\r\n", "Content-Length: 2, 2\r\n",
        "Content-Length: 2 ,\t02\r\n",
        "Content-Length: 2\r\nX: 1\r\ncontent-length: 2,2\r\nContent-Length: 2\r\n",
    ])
    func `takes a length that a server says several times, and passes it on once (RFC 9110 §8.6)`(
        lines: String
    ) throws {
        let text = octets("HTTP/1.1 200 OK\r\n\(lines)\r\nhello")
        for method in [HTTPRequest.Method.get, .head] {
            var reader = ResponseReader(to: method)
            var offset = 0
            guard case .head(let head, let framing) = try reader.next(in: text.span, from: &offset) else {
                Issue.record("no head")
                return
            }
            #expect(framing == (method == .head ? .none : .length(2)))
            #expect(head.fields.strings(of: .contentLength) == ["2"])
        }
        #expect(throws: SyntaxError.self) {
            try requestHead("POST / HTTP/1.1\r\nHost: a\r\n\(lines)\r\n").framing()
        }
    }

    @Test func `refuses Transfer-Encoding in an HTTP/1.0 response (RFC 9112 §6.1)`() throws {
        let head = try responseHead("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        #expect(throws: SyntaxError.transferEncodingInHTTP10) { try head.framing(forRequestMethod: .get) }
    }
}
