import Testing

@testable import HTTPSyntax

@Suite struct HostTests {
    @Test(arguments: [
        "a", "example.com", "EXAMPLE.com:8080", "localhost:0", "a:65535", "127.0.0.1", "127.0.0.1:80",
        "[::1]", "[::1]:443",
        "[::]", "[1::]", "[1:2:3:4:5:6:7:8]", "[1::3:4:5:6:7:8]", "[2001:DB8::a]", "[::ffff:127.0.0.1]",
        "[1:2:3:4:5:6:1.2.3.4]", "xn--rsum-bpad.com", "a_b-c.d~e", "example.com.",
    ])
    func `takes a host name or an address, with or without a port (RFC 9110 §7.2)`(host: String) throws {
        #expect(try requestHead("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n").fields.string(of: .host) == host)
    }

    @Test(arguments: [
        "", ":80", "a:", "a:65536", "a:123456", "a:-1", "a:+1", "a:0x1", "a:8 0", "a b", "a,b", "a, a", "a/b",
        "a?b", "a#b",
        "user@a", "a\\b", "a%20", "%61", "http://a", "\u{E9}.com", "a:80:80", "::1", "[", "]", "[]", "[::1",
        "[::1]a",
        "[::1]:", "[::1]:x", "[a]", "[1:2:3:4:5:6:7]", "[1:2:3:4:5:6:7:8:9]", "[1:2:3:4:5:6:7:8::]",
        "[1::2::3]", "[:1]",
        "[1:]", "[1:2:3:4:5:6:7:]", "[:::]", "[12345::]", "[g::]", "[fe80::1%eth0]", "[v1.a]", "[::1.2.3]",
        "[::1.2.3.4.5]", "[::1.2.3.256]", "[::01.2.3.4]", "[::1.2.3.]", "[1.2.3.4]",
        "[1:2:3:4:5:6:7:1.2.3.4]",
        "[::1.2.3.4:5]", "[::1:]", "[::1]]", "'a'", "*", "a;b", "a\tb",
    ])
    func `refuses any other Host (RFC 9112 §3.2)`(host: String) {
        for version in ["1.0", "1.1"] {
            #expect(
                requestOutcome(octets("GET / HTTP/\(version)\r\nHost: \(host)\r\n\r\n"))
                    == .refused(.invalidHost)
            )
        }
    }

    @Test func `refuses a Host longer than a name and a port can be`() {
        let longest = String(repeating: "a", count: 256) + ":65535"
        let longer = "a" + longest
        #expect(throws: Never.self) { try requestHead("GET / HTTP/1.1\r\nHost: \(longest)\r\n\r\n") }
        #expect(throws: SyntaxError.invalidHost) {
            try requestHead("GET / HTTP/1.1\r\nHost: \(longer)\r\n\r\n")
        }
    }

    @Test func `needs exactly one Host in HTTP/1.1 (RFC 9112 §3.2)`() {
        #expect(requestOutcome(octets("GET / HTTP/1.1\r\n\r\n")) == .refused(.missingHost))
        #expect(
            requestOutcome(octets("GET http://a/ HTTP/1.1\r\nHosts: a\r\n\r\n")) == .refused(.missingHost)
        )
        for second in ["a", "b", ""] {
            let text = "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\nhost: \(second)\r\n\r\n"
            #expect(requestOutcome(octets(text)) == .refused(.multipleHosts))
        }
    }

    @Test func `lets HTTP/1.0 leave Host out, but not repeat it`() {
        #expect(
            requestOutcome(octets("GET / HTTP/1.0\r\n\r\n"))
                == .message("GET / http10 none false\n", consumed: 18)
        )
        #expect(
            requestOutcome(octets("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n")) == .refused(.multipleHosts)
        )
    }
}
