import TestSupport
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

/// RFC 9112 §6.3 and §7.1: what says where a request ends.
private let framing: [Malformed] = [
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
    .fields("Transfer-Encoding gzip, chunked", "Transfer-Encoding: gzip, chunked", "0\r\n\r\n", [400, 501]),
    .fields("Transfer-Encoding chunked, gzip", "Transfer-Encoding: chunked, gzip", "0\r\n\r\n", [400, 501]),
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
    .fields("a vertical tab before chunked", "Transfer-Encoding: \u{0B}chunked", "0\r\n\r\n", [400, 501]),
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
private let lines: [Malformed] = [
    Malformed("a request line ended by LF", "GET /T HTTP/1.1\nHost: localhost\r\n\r\n"),
    Malformed("all lines ended by LF", "GET /T HTTP/1.1\nHost: localhost\n\n"),
    Malformed("a field line ended by LF", "GET /T HTTP/1.1\r\nHost: localhost\nX-A: 1\r\n\r\n"),
    Malformed("a bare CR in a value", "GET /T HTTP/1.1\r\nHost: localhost\r\nX-A: 1\rX-B: 2\r\n\r\n"),
    Malformed("a bare CR before the end", "GET /T HTTP/1.1\r\nHost: localhost\r\n\r\r\n\r\n"),
    Malformed("a head ended by LF", "GET /T HTTP/1.1\r\nHost: localhost\r\n\n"),
    .fields("a folded line", "X-A: 1\r\n folded"),
    .fields("a folded line by a tab", "X-A: 1\r\n\tfolded"),
    Malformed("white space before the first field", "GET /T HTTP/1.1\r\n X-A: 1\r\nHost: localhost\r\n\r\n"),
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
private let requestLines: [Malformed] = [
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

@Suite struct DownstreamSyntaxTests {
    @Test(arguments: framing)
    func `a request whose end is in doubt is refused and never forwarded`(vector: Malformed) throws {
        try expectRefusal(of: vector)
    }

    @Test(arguments: lines)
    func `a malformed line is refused and never forwarded`(vector: Malformed) throws {
        try expectRefusal(of: vector)
    }

    @Test(arguments: requestLines)
    func `a malformed request line or Host is refused and never forwarded`(vector: Malformed) throws {
        try expectRefusal(of: vector)
    }

    @Test(
        arguments: [
            [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03],
            Array("SSH-2.0-OpenSSH_9.2\r\n".utf8),
            [0x00, 0x00, 0x00, 0x00], [0xFF, 0xFF, 0xFF, 0xFF, 0x0D, 0x0A, 0x0D, 0x0A],
        ] as [[UInt8]]
    )
    func `bytes of another protocol bring 400 or a close`(bytes: [UInt8]) throws {
        let proxy = try Shared.proxy.get()
        let client = try proxy.connect()
        try client.send(bytes)
        let answer = try client.readToEnd()
        #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 400 "), "\(answer)")
    }

    @Test(arguments: ["CONNECT localhost:80", "CONNECT /T", "TRACE /T", "TRACK /T"])
    func `CONNECT, TRACE and TRACK are never forwarded`(line: String) throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("reached") }
        let proxy = try Shared.proxy.get()
        let client = try proxy.connect()
        let start = line.replacing("/T", with: "/\(upstream.url())")
        try client.send("\(start) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect([400, 405, 501].contains(try client.readHead().status))
        #expect(upstream.openedConnections == 0)
    }

    @Test(arguments: ["http://example.com/", "http://localhost.example.com/x", "https://10.0.0.1/"])
    func `absolute-form of another authority is refused`(target: String) throws {
        for host in ["localhost", "example.com"] {
            let client = try Shared.proxy.get().connect()
            try client.send("GET \(target) HTTP/1.1\r\nHost: \(host)\r\n\r\n")
            #expect([400, 404, 421].contains(try client.readHead().status))
        }
    }

    @Test func `absolute-form is never a way to a target`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("reached") }
        let client = try Shared.proxy.get().connect()
        try client.send("GET \(upstream.url("/x")) HTTP/1.1\r\nHost: \(upstream.authority)\r\n\r\n")
        #expect(try client.readHead().status != 502)
        #expect(upstream.openedConnections == 0)
    }

    @Test(arguments: ["GET localhost:80", "GET *", "POST example.com:443"])
    func `authority-form and the asterisk are no targets`(line: String) throws {
        let client = try Shared.proxy.get().connect()
        try client.send("\(line) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
        #expect([400, 404].contains(try client.readResponse().status))
    }

    @Test func `OPTIONS * is answered or refused here`() throws {
        let client = try Shared.proxy.get().connect()
        try client.send("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect([200, 204, 400, 404].contains(try client.readResponse(to: "OPTIONS").status))
    }

    @Test(arguments: ["GET", "HEAD", "DELETE", "OPTIONS"])
    func `a body of a method that needs none is never left in the buffer`(method: String) throws {
        let upstream = try ScriptedUpstream { request in
            request.method == "HEAD" ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" : Answer.text("ok")
        }
        let proxy = try Shared.proxy.get()
        let client = try proxy.connect()
        let smuggled = "GET /\(upstream.url("/smuggled")) HTTP/1.1\r\nHost: localhost\r\n\r\n"
        try client.send(proxy.head(method, upstream.url("/first"), body: smuggled) + smuggled + smuggled)
        let first = try client.readResponse(to: method)
        if first.status == 200 {
            try client.send(proxy.head("GET", upstream.url("/next"), ["Connection: close"]))
            _ = try client.readToEnd()
            #expect(upstream.requests.map(\.target) == ["/first", "/smuggled", "/next"])
            #expect(upstream.requests.first?.text == smuggled)
        } else {
            _ = try client.readToEnd()
            #expect(!upstream.requests.map(\.target).contains("/smuggled"))
        }
    }

    @Test func `up to two empty lines before a request are skipped`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let proxy = try Shared.proxy.get()
        let client = try proxy.connect()
        try client.send("\r\n\r\n" + proxy.head("GET", upstream.url()))
        #expect(try client.readResponse().text == "ok")
    }

    @Test func `a request cut at every byte is served as in one piece`() throws {
        let upstream = try ScriptedUpstream { request in Answer.text(request.target + request.text) }
        let proxy = try Shared.proxy.get()
        let client = try proxy.connect()
        let request =
            Array(proxy.head("POST", upstream.url("/cut"), ["Transfer-Encoding: chunked"]).utf8)
            + Array("2;a=b\r\nhi\r\n0\r\nX-T: 1\r\n\r\n".utf8)
        for cut in 0...request.count {
            try client.send(Array(request[..<cut]))
            try client.send(Array(request[cut...]))
            #expect(try client.readResponse(to: "POST").text == "/cuthi")
        }
        for byte in request { try client.send([byte]) }
        #expect(try client.readResponse(to: "POST").text == "/cuthi")
        #expect(upstream.requests.allSatisfy { $0.value(of: "X-T") == nil }, "trailers are never merged")
    }

    @Test func `nothing behind Connection: close is served`() throws {
        let upstream = try ScriptedUpstream { request in Answer.text(request.target) }
        let proxy = try Shared.proxy.get()
        let client = try proxy.connect()
        try client.send(
            proxy.head("GET", upstream.url("/first"), ["Connection: close"])
                + proxy.head("GET", upstream.url("/second"))
        )
        #expect(try client.readResponse().text == "/first")
        #expect(try client.readToEnd().isEmpty)
        #expect(upstream.requests.map(\.target) == ["/first"])
    }

    @Test func `a request cut off by a half-close is never completed`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("reached") }
        let proxy = try Shared.proxy.get()
        for text in [
            "GET /\(upstream.url()) HTTP/1.1\r\nHost: local",
            proxy.head("POST", upstream.url(), ["Content-Length: 9"]) + "half",
            proxy.head("POST", upstream.url(), ["Transfer-Encoding: chunked"]) + "9\r\nhalf",
        ] {
            let client = try proxy.connect()
            try client.send(text)
            client.socket.finishWriting()
            let answer = try client.readToEnd()
            #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 400 "), "\(answer)")
        }
        #expect(upstream.requests.isEmpty)
    }

    @Test func `a half-close behind a whole request is answered`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let proxy = try Shared.proxy.get()
        let client = try proxy.connect()
        try client.send(proxy.head("GET", upstream.url()))
        client.socket.finishWriting()
        let answer = try client.readToEnd()
        #expect(answer.isEmpty || answer.hasSuffix("ok"), "\(answer)")
    }

    /// Sends a malformed request and a good one behind it: one refusal, then the end, and nothing upstream.
    private func expectRefusal(of vector: Malformed) throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("reached") }
        let proxy = try Shared.proxy.get()
        let client = try proxy.connect()
        let text = Array(upstream.url("/malformed").utf8)
        try client.send(vector.bytes.replacing(Array("/T".utf8), with: [UInt8(ascii: "/")] + text))
        // The proxy may have closed by now.
        _ = Result { try client.send(proxy.head("GET", upstream.url("/behind"))) }
        let response = try client.readResponse()
        #expect(vector.statuses.contains(response.status), "\(response)")
        #expect(response.value(of: "Connection")?.lowercased() == "close")
        #expect(response.errorCode != nil)
        #expect(try client.readToEnd().isEmpty, "nothing behind an error is served")
        #expect(upstream.requests.isEmpty)
    }

    /// One proxy serves all the vectors: it has to live through them.
    private enum Shared {
        static let proxy = Result { try ProxyProcess() }
    }
}
