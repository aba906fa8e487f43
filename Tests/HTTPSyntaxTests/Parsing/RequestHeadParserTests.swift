import Testing

@testable import HTTPSyntax

@Suite struct RequestHeadParserTests {
    @Test func `reads method, target, version and fields (RFC 9112 §3)`() throws {
        let head = try requestHead("PATCH /a?b#c HTTP/1.1\r\nHost: example.com\r\nX-One: 1\r\n\r\n")
        #expect(head.method == .patch)
        #expect(head.target == "/a?b#c")
        #expect(head.version == .http11)
        #expect(head.fields.lines.map(\.field) == [.host, .other])
        #expect(head.fields.string(of: .host) == "example.com")
        #expect(head.fields.strings(named: "x-one") == ["1"])
    }

    @Test(arguments: [
        "/", "*", "http://example.com/a", "example.com:443", "/%00", "/a|b\"<>\\^`{}", "//x", "?", "#",
    ])
    func `keeps every form of target as it is (RFC 9112 §3.2)`(target: String) throws {
        #expect(try requestHead("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n").target == target)
    }

    @Test(arguments: ["GET", "get", "M-SEARCH", "!#$%&'*+-.^_`|~09azAZ", "A"])
    func `takes any token as method, case kept (RFC 9110 §9.1)`(method: String) throws {
        #expect(try requestHead("\(method) / HTTP/1.1\r\nHost: a\r\n\r\n").method.rawValue == method)
    }

    @Test(arguments: ["", "\r\n", "\r\n\r\n"])
    func `skips up to two empty lines (RFC 9112 §2.2)`(empty: String) {
        let text = empty + "GET / HTTP/1.1\r\nHost: a\r\n\r\nrest"
        let head = "GET / http11 none true\nHost: a\r\n"
        #expect(requestOutcome(octets(text)) == .message(head, consumed: text.utf8.count - 4))
    }

    @Test func `leaves the bytes after the head alone`() {
        let text = "GET / HTTP/1.0\r\n\r\n"
        #expect(
            requestOutcome(octets(text + "\u{0}\n\n"))
                == .message("GET / http10 none false\n", consumed: text.utf8.count)
        )
    }

    @Test func `is ready for the next head after one`() throws {
        let second = "\r\nPOST /2 HTTP/1.1\r\nHost: b\r\nContent-Length: 3\r\n\r\n"
        let pipeline = octets("GET /1 HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n" + second)
        var parser = RequestHeadParser(limits: HeadLimits())
        let first = try #require(try parser.parse(pipeline))
        let rest = Array(pipeline[first.consumed...])
        #expect(try parser.parse(Array(rest[..<9])) == nil)
        let next = try #require(try parser.parse(rest))
        #expect(first.head.target == "/1")
        #expect(next.head.target == "/2")
        #expect(lines(next.head.fields) == "Host: b\r\nContent-Length: 3\r\n")
        #expect(next.consumed == second.utf8.count)
    }

    @Test func `repeats its error when it is asked again`() {
        var parser = RequestHeadParser(limits: HeadLimits())
        for text in ["GET / HTTP/1.1\r\nX :", "GET / HTTP/1.1\r\nX : y\r\n\r\n"] {
            #expect(throws: SyntaxError.whitespaceBeforeColon) { _ = try parser.parse(octets(text)) }
        }
        parser = RequestHeadParser(limits: HeadLimits())
        for text in ["GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\n\r\nGET"] {
            #expect(throws: SyntaxError.missingHost) { _ = try parser.parse(octets(text)) }
        }
    }

    @Test func `does not trap when a buffer shrinks`() throws {
        var parser = RequestHeadParser(limits: HeadLimits())
        #expect(try parser.parse(octets("GET / HTTP/1.1\r\nHos")) == nil)
        #expect(try parser.parse(octets("GET")) == nil)
    }

    @Test(arguments: [
        ("1.1", "", true), ("1.1", "close", false), ("1.1", "x, CLOSE", false), ("1.1", "keep-alive", true),
        ("1.1", "closed", true), ("1.0", "", false), ("1.0", "Keep-Alive", true),
        ("1.0", "keep-alive, close", false),
        ("1.0", "close", false),
    ])
    func `keeps a connection alive as the version and Connection say (RFC 9112 §9.3)`(
        version: String,
        connection: String,
        keepsAlive: Bool
    ) throws {
        let line = connection.isEmpty ? "" : "Connection: \(connection)\r\n"
        #expect(try requestHead("GET / HTTP/\(version)\r\nHost: a\r\n\(line)\r\n").keepsAlive == keepsAlive)
        #expect(try responseHead("HTTP/\(version) 200 OK\r\n\(line)\r\n").keepsAlive == keepsAlive)
    }

    @Test func `finds close in a second Connection line (RFC 9110 §5.3)`() throws {
        let head = try requestHead("GET / HTTP/1.1\r\nHost: a\r\nConnection: x\r\nConnection: close\r\n\r\n")
        #expect(!head.keepsAlive)
    }

    @Test(arguments: [
        ("1.1", "100-continue", true), ("1.1", "100-Continue", true), ("1.1", "200-maybe", false),
        ("1.0", "100-continue", false),
    ])
    func `expects 100 only for HTTP/1.1 (RFC 9110 §10.1.1)`(
        version: String,
        expectation: String,
        expects: Bool
    ) throws {
        let head = try requestHead("PUT / HTTP/\(version)\r\nHost: a\r\nExpect: \(expectation)\r\n\r\n")
        #expect(head.expectsContinue == expects)
    }

    @Test func `writes a head as HTTP/1.1 (RFC 9110 §2.5)`() throws {
        var bytes: [UInt8] = []
        try requestHead("GET /x HTTP/1.0\r\nHost:  a\r\nB: c\r\n\r\n").write(to: &bytes)
        #expect(bytes == octets("GET /x HTTP/1.1\r\nHost: a\r\nB: c\r\n\r\n"))
    }
}
