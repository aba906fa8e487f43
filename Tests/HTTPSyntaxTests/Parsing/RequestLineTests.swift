import Testing

@testable import HTTPSyntax

@Suite struct RequestLineTests {
    private func expectRefusal(_ vector: Vector) {
        let bytes = octets(vector.text)
        #expect(requestOutcome(bytes) == .refused(vector.error))
        #expect(requestOutcome(bytes, cuts: 0..<bytes.count) == .refused(vector.error))
    }

    @Test(arguments: [
        Vector("NUL", "\u{0}", .invalidMethod),
        Vector("TLS", "\u{16}\u{3}\u{1}", .invalidMethod),
        Vector("SOCKS", "\u{5}\u{1}\u{0}", .invalidMethod),
        Vector("obs-text", "\u{80}", .invalidMethod),
        Vector("colon", "GET: ", .invalidMethod),
        Vector("tab after", "GET\t/ HTTP/1.1\r\n", .invalidMethod),
        Vector("parenthesis", "G(T / HTTP/1.1\r\n", .invalidMethod),
        Vector("DEL", "GET\u{7F}", .invalidMethod),
        Vector("space first", " GET / HTTP/1.1\r\n", .malformedRequestLine),
        Vector("nothing after", "GET\r\n", .malformedRequestLine),
        Vector("line feed", "GET\n", .bareLineFeed),
        Vector("line feed first", "\n", .bareLineFeed),
        Vector("33 bytes", String(repeating: "M", count: 33), .methodTooLong),
        Vector("33 bytes and more", "\r\n" + String(repeating: "M", count: 33) + " / ", .methodTooLong),
        Vector("32 bytes, then none", String(repeating: "M", count: 32) + ":", .invalidMethod),
    ])
    func `refuses a method that is no token (RFC 9112 §3.1)`(vector: Vector) {
        expectRefusal(vector)
    }

    @Test func `takes a method of 32 bytes`() {
        let method = String(repeating: "M", count: 32)
        #expect(requestOutcome(octets("\(method) / HTTP/1.1\r\n")) == .needsMore)
    }

    @Test(arguments: [
        Vector("two spaces before", "GET  / HTTP/1.1\r\n", .malformedRequestLine),
        Vector("two spaces after", "GET /  HTTP/1.1\r\n", .malformedVersion),
        Vector("HTTP/0.9", "GET /\r\n", .malformedRequestLine),
        Vector("none", "GET \r\n", .malformedRequestLine),
        Vector("none before the version", "GET HTTP/1.1\r\n", .malformedRequestLine),
        Vector("line feed", "GET /\n", .bareLineFeed),
        Vector("tab after", "GET /\tHTTP/1.1\r\n", .invalidTarget),
        Vector("tab before", "GET \t/ HTTP/1.1\r\n", .invalidTarget),
        Vector("NUL", "GET /\u{0} HTTP/1.1\r\n", .invalidTarget),
        Vector("DEL", "GET /\u{7F} HTTP/1.1\r\n", .invalidTarget),
        Vector("obs-text", "GET /\u{E9} HTTP/1.1\r\n", .invalidTarget),
        Vector("space within", "GET /a b HTTP/1.1\r\n", .malformedVersion),
    ])
    func `refuses a target that is not visible ASCII between single spaces (RFC 9112 §3.2)`(vector: Vector) {
        expectRefusal(vector)
    }

    @Test(arguments: [
        Vector("lower case", "GET / http/1.1\r\n", .malformedVersion),
        Vector("other name", "GET / HTTQ/1.1\r\n", .malformedVersion),
        Vector("other protocol", "GET / ICY/1.1\r\n", .malformedVersion),
        Vector("no minor digit", "GET / HTTP/1\r\n", .malformedVersion),
        Vector("no major digit", "GET / HTTP/.1\r\n", .malformedVersion),
        Vector("letter for a digit", "GET / HTTP/1.x\r\n", .malformedVersion),
        Vector("comma for the point", "GET / HTTP/1,1\r\n", .malformedVersion),
        Vector("two minor digits", "GET / HTTP/1.10\r\n", .malformedRequestLine),
        Vector("space after", "GET / HTTP/1.1 \r\n", .malformedRequestLine),
        Vector("line feed", "GET / HTTP/1.1\n", .bareLineFeed),
        Vector("0.9", "GET / HTTP/0.9\r\n", .unsupportedVersion),
        Vector("1.2", "GET / HTTP/1.2\r\n", .unsupportedVersion),
        Vector("2.0, as its preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .unsupportedVersion),
        Vector("0.1", "GET / HTTP/0.1\r\n", .unsupportedVersion),
        Vector("3.1", "GET / HTTP/3.1\r\n", .unsupportedVersion),
    ])
    func `refuses a version other than HTTP/1.0 and HTTP/1.1 (RFC 9112 §2.3)`(vector: Vector) {
        expectRefusal(vector)
    }

    @Test(arguments: [
        Vector("third empty line", "\r\n\r\n\r", .tooManyEmptyLines),
        Vector("bare carriage return", "\rGET / HTTP/1.1\r\n", .bareCarriageReturn),
        Vector("two carriage returns", "\r\r\n", .bareCarriageReturn),
        Vector("bare line feed after an empty line", "\r\n\n", .bareLineFeed),
    ])
    func `refuses other than two empty lines before a request (RFC 9112 §2.2)`(vector: Vector) {
        expectRefusal(vector)
    }

    @Test(arguments: [
        ("GET /", "\u{0}"), ("GET / H", "2"), ("GET / HTTP/1.1\r\nHost", " "),
        ("GET / HTTP/1.1\r\nHost: a", "\u{0}"), ("", "\u{16}"), ("\r\n\r\n", "\r"),
    ])
    func `finds an error at the first byte that breaks a rule`(start: String, next: String) {
        #expect(requestOutcome(octets(start)) == .needsMore)
        guard case .refused = requestOutcome(octets(start + next)) else {
            Issue.record("\(start + next) is not refused")
            return
        }
    }
}
