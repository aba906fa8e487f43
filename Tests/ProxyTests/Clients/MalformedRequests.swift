import Testing

/// One malformed request: `T` stands for the absolute URL of the upstream.
struct Malformed: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    let statuses: Set<Int>

    init(_ name: String, _ text: String, _ statuses: Set<Int> = [400]) {
        testDescription = name
        bytes = Array(text.utf8)
        self.statuses = statuses
    }

    init(_ name: String, bytes: [UInt8], _ statuses: Set<Int> = [400]) {
        testDescription = name
        self.bytes = bytes
        self.statuses = statuses
    }

    /// A request with some field lines and a body.
    static func fields(_ name: String, _ lines: String, _ body: String = "", _ statuses: Set<Int> = [400])
        -> Malformed
    {
        Malformed(name, "POST /T HTTP/1.1\r\nHost: localhost\r\n\(lines)\r\n\r\n\(body)", statuses)
    }

    /// A request with a chunked body.
    static func chunked(_ name: String, _ body: String, _ statuses: Set<Int> = [400]) -> Malformed {
        fields(name, "Transfer-Encoding: chunked", body, statuses)
    }
}

extension Malformed {
    /// RFC 9112 §6.3 and §7.1: what says where a request ends.
    static let framing: [Malformed] = [
        .fields(
            "Content-Length with Transfer-Encoding",
            "Content-Length: 5\r\nTransfer-Encoding: chunked",
            "0\r\n\r\n"
        ),
        .fields(
            "Transfer-Encoding with Content-Length",
            "Transfer-Encoding: chunked\r\nContent-Length: 5",
            "0\r\n\r\n"
        ),
        .fields("two Content-Length that differ", "Content-Length: 5\r\nContent-Length: 6", "hello!"),
        .fields("a list of Content-Length", "Content-Length: 5, 6", "hello!"),
        .fields("Content-Length +5", "Content-Length: +5", "hello"),
        .fields("Content-Length -5", "Content-Length: -5", "hello"),
        .fields("Content-Length 0x5", "Content-Length: 0x5", "hello"),
        .fields("Content-Length 1_0", "Content-Length: 1_0", "hellohello"),
        .fields("Content-Length 5.0", "Content-Length: 5.0", "hello"),
        .fields("Content-Length 5 5", "Content-Length: 5 5", "hello"),
        .fields("an empty Content-Length", "Content-Length:", "hello"),
        .fields("a quoted Content-Length", "Content-Length: \"5\"", "hello"),
        .fields("Content-Length over 2^63", "Content-Length: 9223372036854775808", "", [400, 413]),
        .fields("Content-Length over 2^64", "Content-Length: 18446744073709551621", "hello", [400, 413]),
        .fields("Content-Length in full-width digits", "Content-Length: \u{FF15}", "hello"),
        .fields("Transfer-Encoding gzip", "Transfer-Encoding: gzip", "0\r\n\r\n", [400, 501]),
        .fields(
            "Transfer-Encoding gzip, chunked",
            "Transfer-Encoding: gzip, chunked",
            "0\r\n\r\n",
            [400, 501]
        ),
        .fields(
            "Transfer-Encoding chunked, gzip",
            "Transfer-Encoding: chunked, gzip",
            "0\r\n\r\n",
            [400, 501]
        ),
        .fields(
            "Transfer-Encoding chunked twice",
            "Transfer-Encoding: chunked, chunked",
            "0\r\n\r\n",
            [400, 501]
        ),
        .fields(
            "two lines of Transfer-Encoding",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            "0\r\n\r\n",
            [400, 501]
        ),
        .fields("Transfer-Encoding identity", "Transfer-Encoding: identity", "", [400, 501]),
        .fields("an empty Transfer-Encoding", "Transfer-Encoding:", "", [400, 501]),
        .fields("Transfer-Encoding xchunked", "Transfer-Encoding: xchunked", "0\r\n\r\n", [400, 501]),
        .fields("a quoted Transfer-Encoding", "Transfer-Encoding: \"chunked\"", "0\r\n\r\n", [400, 501]),
        .fields("a parameter of chunked", "Transfer-Encoding: chunked;q=1", "0\r\n\r\n", [400, 501]),
        .fields(
            "a vertical tab before chunked",
            "Transfer-Encoding: \u{0B}chunked",
            "0\r\n\r\n",
            [400, 501]
        ),
        Malformed(
            "Transfer-Encoding on HTTP/1.0",
            "POST /T HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            [400, 501]
        ),
        .chunked("a chunk size with a plus sign", "+5\r\nhello\r\n0\r\n\r\n"),
        .chunked("a negative chunk size", "-5\r\nhello\r\n0\r\n\r\n"),
        .chunked("a chunk size with 0x", "0x5\r\nhello\r\n0\r\n\r\n"),
        .chunked("a chunk size with a leading space", " 5\r\nhello\r\n0\r\n\r\n"),
        .chunked("a chunk size with a space behind", "5 \r\nhello\r\n0\r\n\r\n"),
        .chunked("a chunk size of 17 digits", "00000000000000005\r\nhello\r\n0\r\n\r\n", [400, 413]),
        .chunked("a chunk size over 2^63", "FFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n", [400, 413]),
        .chunked("an empty chunk size", "\r\nhello\r\n0\r\n\r\n"),
        .chunked("a chunk size that is no number", "zz\r\nhello\r\n0\r\n\r\n"),
        .chunked("a chunk line ended by LF", "5\nhello\r\n0\r\n\r\n"),
        .chunked("a chunk line ended by CR", "5\rhello\r\n0\r\n\r\n"),
        .chunked("chunk data ended by LF", "5\r\nhello\n0\r\n\r\n"),
        .chunked("chunk data that is too long", "5\r\nhelloX\r\n0\r\n\r\n"),
        .chunked("a last chunk ended by LF", "5\r\nhello\r\n0\n\n"),
        .chunked("a CTL in a chunk extension", "5;a=\u{01}\r\nhello\r\n0\r\n\r\n"),
        .chunked(
            "a chunk line over 256 bytes",
            "5;a=\(String(repeating: "x", count: 300))\r\nhello\r\n0\r\n\r\n",
            [400, 413]
        ),
        .chunked("a bare LF in a trailer", "0\r\nX-A: 1\nX-B: 2\r\n\r\n"),
        .chunked("a trailer without a colon", "0\r\nX-A\r\n\r\n"),
        .chunked("a space before a trailer's colon", "0\r\nX-A : 1\r\n\r\n"),
        .chunked(
            "trailers over 8 KiB",
            "0\r\nX-A: \(String(repeating: "x", count: 9_000))\r\n\r\n",
            [400, 413, 431]
        ),
    ]

    /// RFC 9112 §2.2, §5: lines and fields.
    static let lines: [Malformed] = [
        Malformed("a request line ended by LF", "GET /T HTTP/1.1\nHost: localhost\r\n\r\n"),
        Malformed("all lines ended by LF", "GET /T HTTP/1.1\nHost: localhost\n\n"),
        Malformed("a field line ended by LF", "GET /T HTTP/1.1\r\nHost: localhost\nX-A: 1\r\n\r\n"),
        Malformed("a bare CR in a value", "GET /T HTTP/1.1\r\nHost: localhost\r\nX-A: 1\rX-B: 2\r\n\r\n"),
        Malformed("a bare CR before the end", "GET /T HTTP/1.1\r\nHost: localhost\r\n\r\r\n\r\n"),
        Malformed("a head ended by LF", "GET /T HTTP/1.1\r\nHost: localhost\r\n\n"),
        .fields("a folded line", "X-A: 1\r\n folded"),
        .fields("a folded line by a tab", "X-A: 1\r\n\tfolded"),
        Malformed(
            "white space before the first field",
            "GET /T HTTP/1.1\r\n X-A: 1\r\nHost: localhost\r\n\r\n"
        ),
        .fields("a space before the colon", "X-A : 1"),
        .fields("a tab before the colon", "X-A\t: 1"),
        .fields("a space before the colon of Content-Length", "Content-Length : 5", "hello"),
        .fields("no colon", "X-A"),
        .fields("an empty name", ": 1"),
        .fields("a name with a slash", "X/A: 1"),
        .fields("a name with a parenthesis", "X(A): 1"),
        .fields("a name with an umlaut", "X-\u{E4}: 1"),
        .fields("NUL in a name", "X-\u{00}A: 1"),
        .fields("NUL in a value", "X-A: 1\u{00}2"),
        .fields("ESC in a value", "X-A: \u{1B}[31m"),
        .fields("BEL in a value", "X-A: \u{07}"),
        .fields("DEL in a value", "X-A: \u{7F}"),
        .fields("a form feed in a value", "X-A: \u{0C}"),
    ]

    /// RFC 9112 §3: the request line, and §3.2 Host.
    static let requestLines: [Malformed] = [
        Malformed("a method with a bad byte", "GE{T /T HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        Malformed("a method with NUL", "G\u{00}T /T HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        Malformed("a space before the method", " GET /T HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        Malformed("two spaces behind the method", "GET  /T HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        Malformed("two spaces before the version", "GET /T  HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        Malformed("a tab behind the method", "GET\t/T HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        Malformed("a space behind the version", "GET /T HTTP/1.1 \r\nHost: localhost\r\n\r\n", [400, 505]),
        Malformed("a space in the target", "GET /T/a b HTTP/1.1\r\nHost: localhost\r\n\r\n", [400, 505]),
        Malformed("a control byte in the target", "GET /T/\u{01} HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        Malformed("a byte over 127 in the target", "GET /T/\u{E4} HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        Malformed("no version", "GET /T\r\nHost: localhost\r\n\r\n"),
        Malformed("HTTP/0.9", "GET /T HTTP/0.9\r\nHost: localhost\r\n\r\n", [400, 505]),
        Malformed("HTTP/1.2", "GET /T HTTP/1.2\r\nHost: localhost\r\n\r\n", [400, 505]),
        Malformed("HTTP/2.0", "GET /T HTTP/2.0\r\nHost: localhost\r\n\r\n", [400, 505]),
        Malformed("HTTP/1.10", "GET /T HTTP/1.10\r\nHost: localhost\r\n\r\n", [400, 505]),
        Malformed("a version in lower case", "GET /T http/1.1\r\nHost: localhost\r\n\r\n", [400, 505]),
        Malformed("HTTP/01.1", "GET /T HTTP/01.1\r\nHost: localhost\r\n\r\n", [400, 505]),
        Malformed("an HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [400, 505]),
        Malformed("no Host", "GET /T HTTP/1.1\r\n\r\n"),
        Malformed("an empty Host", "GET /T HTTP/1.1\r\nHost:\r\n\r\n", [400, 421]),
        Malformed("two Hosts", "GET /T HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n"),
        Malformed("two equal Hosts", "GET /T HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n"),
        Malformed("a Host with a slash", "GET /T HTTP/1.1\r\nHost: local/host\r\n\r\n"),
        Malformed("a Host with userinfo", "GET /T HTTP/1.1\r\nHost: a@localhost\r\n\r\n"),
        Malformed("a Host with a bad port", "GET /T HTTP/1.1\r\nHost: localhost:9x\r\n\r\n"),
        Malformed("a list of Hosts", "GET /T HTTP/1.1\r\nHost: localhost, evil.example\r\n\r\n"),
        Malformed("three empty lines first", "\r\n\r\n\r\nGET /T HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    ]
}
