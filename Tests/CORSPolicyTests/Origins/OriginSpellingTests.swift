import Testing

@testable import CORSPolicy

@Suite
struct OriginSpellingTests {
    @Test(arguments: [
        ("HTTPS://App.example", "upper-case letters", "https://app.example"),
        ("https://app.example:443", "the default port of its scheme", "https://app.example"),
        ("http://app.example:80", "the default port of its scheme", "http://app.example"),
        (
            "http://app.example:0080", "a port with leading zeros and the default port of its scheme",
            "http://app.example"
        ),
        ("https://app.example:", "a colon without a port", "https://app.example"),
        ("https://app.example/", "a trailing slash", "https://app.example"),
        ("https://app.example/a/b", "a path", "https://app.example"),
        ("https://user:pass@app.example", "a user name", "https://app.example"),
        ("https://app.example#a", "a fragment", "https://app.example"),
        ("https://app.example?token=1", "a query", "https://app.example"),
        ("\thttps://app.example ", "white space around it", "https://app.example"),
        ("https://résumé.com", "letters outside ASCII", "https://xn--rsum-bpad.com"),
        ("https://*.Shop.example/", "a trailing slash and upper-case letters", "https://*.shop.example"),
        ("http://127.1:*", "an IPv4 address in an unusual spelling", "http://127.0.0.1:*"),
        ("https://0x7f000001", "an IPv4 address in an unusual spelling", "https://127.0.0.1"),
        ("https://0300.0250.1.", "an IPv4 address in an unusual spelling", "https://192.168.0.1"),
        ("https://3221225985", "an IPv4 address in an unusual spelling", "https://192.0.2.1"),
        (
            "https://[2001:DB8:0:0:0:0:0:1]", "an IPv6 address not in its shortest form",
            "https://[2001:db8::1]"
        ),
        ("https://[::ffff:c000:201]", "an IPv4 address mapped into IPv6", "https://192.0.2.1"),
        ("https://[fe80::1%25eth0]", "a zone", "https://[fe80::1]"),
        ("wss://app.example", "the scheme wss", "https://app.example"),
    ])
    func `O9: a pattern that is not canonical is refused with the right spelling`(
        pattern: String,
        deviation: String,
        meant: String
    ) {
        let found = problems { $0.allowedOrigins = [pattern] }
        #expect(found.count == 1)
        #expect(
            found.first?.hasSuffix(
                #"" has \#(deviation), which no browser writes in an origin. Write "\#(meant)"."#
            ) == true,
            "\(found)"
        )
        #expect(problems { $0.allowedOrigins = [meant] }.isEmpty)
    }

    @Test
    func `O9: a message shows neither a credential nor a query`() {
        let found = problems { $0.allowedOrigins = ["https://user:secret@app.example/p?token=secret#secret"] }
        #expect(
            found == [
                """
                allowedOrigins[0]: "https://app.example/p" has a user name and a path, which no browser writes in an \
                origin. Write "https://app.example".
                """
            ]
        )
    }

    @Test(arguments: [
        ("app.example", "https://app.example"), ("*.shop.example", "https://*.shop.example"),
        ("localhost:3000", "http://localhost:3000"), ("127.0.0.1:*", "http://127.0.0.1:*"),
        ("App.example/", "https://app.example"),
    ])
    func `O9: a missing scheme is supplied in the message`(pattern: String, meant: String) {
        let found = problems { $0.allowedOrigins = [pattern] }
        #expect(found == [#"allowedOrigins[0]: "\#(pattern)" has no scheme. Write "\#(meant)"."#])
    }
}
