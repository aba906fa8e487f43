import Testing
import Text

@Suite struct HostTests {
    @Test(
        arguments: [
            ("host", "host", nil), ("host:80", "host", "80"), ("host:", "host", ""), ("[::1]", "[::1]", nil),
            ("[::1]:80", "[::1]", "80"), ("a:b:80", "a:b", "80"), ("::1", ":", "1"), ("", "", nil),
            (":80", "", "80"), ("*.host:*", "*.host", "*"),
        ] as [(String, String, String?)]
    )
    func `an authority is cut at the last colon outside brackets`(text: String, host: String, port: String?) {
        let parts = HostAndPort(text[...])
        #expect(parts.host == host)
        #expect(parts.port.map(String.init) == port)
        #expect(HostAndPort.hasPort(text) == (port != nil))
    }

    @Test(arguments: [
        ("host", "host"), ("host:80", "host"), ("[::1]", "[::1]"), ("[::1]:80", "[::1]"), ("a:b:80", "a"),
        ("[::1]x:80", "[::1]x:80"), ("[::1", "[::1"), ("[a]b]:1", "[a]b]"), ("", ""), (":80", ""),
    ])
    func `the host of a request ends at the first colon outside brackets`(authority: String, host: String) {
        let end = HostAndPort.endOfHost(in: authority.utf8.span)
        #expect(authority.utf8.prefix(end).elementsEqual(host.utf8))
    }

    @Test(arguments: [
        ("[::1]", "::1"), ("::1", "::1"), ("host", "host"), ("[", "["), ("[]", ""), ("[a", "[a"),
        ("a]", "a]"),
        ("", ""),
    ])
    func `brackets are taken off in pairs`(host: String, bare: String) {
        #expect(HostAndPort.bare(host) == bare)
    }

    @Test(arguments: [
        ("localhost", true), ("LocalHost", true), ("app.localhost", true), ("a.b.LOCALHOST", true),
        (".localhost", false), ("mylocalhost", false), ("localhost.", false), ("localhost.example", false),
        ("127.0.0.1", false), ("", false),
    ])
    func `localhost and what lies below it are names of this machine`(host: String, isLoopback: Bool) {
        #expect(LoopbackName.matches(host) == isLoopback)
    }

    @Test(arguments: [
        ("a", true), ("api.example.com", true), ("a_b-c.1", true), ("xn--bcher-kva.example", true),
        ("", false), (".", false), ("a.", false), (".a", false), ("a..b", false), ("A", false),
        ("a b", false),
        ("é", false), (String(repeating: "a", count: 63), true), (String(repeating: "a", count: 64), false),
        (String(repeating: "aaa.", count: 63) + "a", true),
        (String(repeating: "aaa.", count: 63) + "aa", false),
    ])
    func `a name of a host is labels of 1 to 63 octets, 253 in all`(name: String, isValid: Bool) {
        #expect(DomainName.isValid(name) == isValid)
    }
}
