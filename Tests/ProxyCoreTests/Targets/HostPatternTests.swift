import Testing

@testable import ProxyCore

@Suite struct HostPatternTests {
    private func matches(_ pattern: String, _ host: String) throws -> Bool {
        try HostPattern(parsing: pattern).matches(Array(host.utf8)[...])
    }

    @Test(arguments: [
        ("localhost", "localhost"), ("localhost", "LocalHost"), ("LOCALHOST", "localhost"),
        ("127.0.0.1", "127.0.0.1"), ("[::1]", "[::1]"), ("[2001:DB8::1]", "[2001:db8::1]"),
        ("*.localhost", "a.localhost"), ("*.localhost", "A.b.LOCALHOST"), ("*", "anything"), ("*", "a."),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
    ])
    func `a host matches`(pattern: String, host: String) throws {
        #expect(try matches(pattern, host))
    }

    @Test(arguments: [
        ("localhost", "localhost."), ("localhost", "xlocalhost"), ("localhost", "localhos"),
        ("localhost", ""),
        ("*.localhost", "localhost"), ("*.localhost", ".localhost"), ("*.localhost", "..localhost"),
        ("*.localhost", "xlocalhost"),
        ("*.localhost", "a.localhost.evil.com"), ("*.localhost", "a.localhost."), ("[::1]", "::1"),
        ("localhost", "[localhost]"), ("k.example", "\u{212A}.example"),
    ])
    func `another host does not`(pattern: String, host: String) throws {
        #expect(try !matches(pattern, host))
    }

    @Test(arguments: [
        "", "*.", "*.*", "a*", "a.*.b", "**", "*x", "localhost.", ".localhost", "a..b", "a b",
        "bücher.example",
        "localhost:80", "http://localhost", "::1", "[::1]:80", "[::1", "[::g]", "*.127.0.0.1", "*.[::1]",
        "a/b",
        "a@b", "a%62",
    ])
    func `a pattern that could never match is refused`(pattern: String) {
        #expect(throws: HostPatternError.self) { try HostPattern(parsing: pattern) }
    }

    @Test(arguments: [
        ("*.bücher.example", "*.xn--bcher-kva.example"), ("bücher.example", "xn--bcher-kva.example"),
    ])
    func `a pattern in another spelling is refused with the right one`(pattern: String, right: String) throws
    {
        let error = try #require(throws: HostPatternError.self) {
            try HostPattern(parsing: pattern) { _ in "xn--bcher-kva.example" }
        }
        #expect(error.mend == "Write \"\(right)\".")
        #expect(throws: HostPatternError.self) { try HostPattern(parsing: "a") { _ in nil } }
    }

    @Test(arguments: [
        ("localhost", true), ("localhost:8080", true), ("LOCALHOST:", true), ("127.0.0.1:1", true),
        ("[::1]", true), ("[::1]:8080", true), ("a.localhost:1", true), ("localhost.:80", false),
        ("evil.example", false), ("evil.example:80", false), ("localhost.evil.example", false), ("", false),
        (":80", false), ("[::1", false), ("[::1]x", false), ("[::1]]", false), ("[::2]:1", false),
        ("evil.example#localhost", false), ("localhost@evil.example", false), ("[", false),
    ])
    func `the default list answers loopback names alone, whatever the port`(host: String, isAllowed: Bool)
        throws
    {
        let names = ["localhost", "127.0.0.1", "[::1]", "*.localhost"]
        let hosts = AllowedHosts(try names.map { try HostPattern(parsing: $0) })
        #expect(hosts.contains(Array(host.utf8)[...]) == isAllowed)
        #expect(!AllowedHosts([]).contains(Array(host.utf8)[...]))
        #expect(AllowedHosts([try HostPattern(parsing: "*")]).contains(Array(host.utf8)[...]))
    }
}
