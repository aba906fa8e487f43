import HTTPSyntax
import Testing

@testable import ProxyCore

@Suite struct PrefixTargetTests {
    /// The request-target without its first slash, as the caller cuts it.
    static func parse(_ requestTarget: String) throws(ProxyError) -> PrefixTarget {
        try PrefixTarget.parse(requestTarget.dropFirst()) { host in
            [".com", ".org", ".example"].contains { host.hasSuffix($0) }
        }
    }

    private func code(_ requestTarget: String) -> ErrorCode? {
        do {
            _ = try Self.parse(requestTarget)
            return nil
        } catch {
            return error.code
        }
    }

    @Test(arguments: [
        ("/example.com", TargetScheme.http, "example.com", "/"),
        ("///example.com", .http, "example.com", "/"),
        ("/HTTP://EXAMPLE.com/A", .http, "EXAMPLE.com", "/A"),
        ("/httpS://example.com", .https, "example.com", "/"),
        ("/EXAMPLE.COM/A", .http, "EXAMPLE.COM", "/A"),
        ("/example.com:443/x?y", .https, "example.com:443", "/x?y"),
        ("///example.com:443", .https, "example.com:443", "/"),
        ("/example.com:80", .http, "example.com:80", "/"),
        ("/example.com:8443/", .http, "example.com:8443", "/"),
        ("/http://example.com:443/", .http, "example.com:443", "/"),
        ("/example.com?q=1", .http, "example.com", "/?q=1"),
        ("/https://example.com?q=1/2", .https, "example.com", "/?q=1/2"),
        ("/http://example.com:/x", .http, "example.com", "/x"),
        ("/example.com:", .http, "example.com", "/"),
        ("/http://robots.txt", .http, "robots.txt", "/"),
        ("/http://localhost:3000", .http, "localhost:3000", "/"),
        ("/http://iscorsneeded", .http, "iscorsneeded", "/"),
        ("/127.0.0.1:3000/x", .http, "127.0.0.1:3000", "/x"),
        ("/255.255.255.255", .http, "255.255.255.255", "/"),
        ("/[::1]:443/x", .https, "[::1]:443", "/x"),
        ("/[2001:db8::1]", .http, "[2001:db8::1]", "/"),
        ("/http://[::ffff:127.0.0.1]/", .http, "[::ffff:127.0.0.1]", "/"),
        (
            "/https://h/a//b/../%2e%2e/c;d@e:f?x=http://u:p@h/\\", .https, "h",
            "/a//b/../%2e%2e/c;d@e:f?x=http://u:p@h/\\"
        ),
        ("/https://h//", .https, "h", "//"),
        ("/https://h:1/", .https, "h:1", "/"),
        ("/https://h:65535/", .https, "h:65535", "/"),
        ("/https://a_b.example/", .https, "a_b.example", "/"),
    ])
    func `reads a target byte for byte`(
        text: String,
        scheme: TargetScheme,
        authority: String,
        pathAndQuery: String
    ) throws {
        let expected = TargetReference(scheme: scheme, authority: authority, pathAndQuery: pathAndQuery)
        #expect(try Self.parse(text) == .target(expected))
        #expect(expected.serialized == "\(scheme.rawValue)://\(authority)\(pathAndQuery)")
    }

    @Test(arguments: [
        ("/http://b%C3%BCcher.example/x", "b\u{FC}cher.example", "/x"),
        ("/https://b%c3%bccher.example:8443?q", "b\u{FC}cher.example:8443", "/?q"),
        ("/B%C3%9CCHER.example/", "B\u{DC}CHER.example", "/"),
        ("/http://%E4%BE%8B%E3%81%88.example/%C3%BC", "\u{4F8B}\u{3048}.example", "/%C3%BC"),
        (
            "/http://\(String(repeating: "%F0%90%8C%B0", count: 60)).example",
            String(repeating: "\u{10330}", count: 60) + ".example", "/"
        ),
    ])
    func `an international name is decoded, and nothing else`(text: String, authority: String, path: String)
        throws
    {
        guard case .target(let target) = try Self.parse(text) else { throw ProxyError.internalError }
        #expect(target.authority == authority && target.pathAndQuery == path && target.isInternational)
    }

    @Test(arguments: [
        "/http://b%C3.example/", "/http://%FF.example/", "/http://%C3%BC%41.example/", "/http://%C0%AE/",
        "/http://%ED%A0%80/", "/http://a%2Eb%C3%BC/", "/http://%C3%BC%/", "/http://%C3%B/",
        "/http://[%C3%BC]/",
        "/http://%C3%BC%2F@h/", "/http://%C3%BC%3A80/",
    ])
    func `any other percent sign in a host is refused`(text: String) {
        #expect([.targetInvalid, .targetCredentials].contains(code(text)), "\(text)")
    }

    @Test(arguments: ["/", "/?", "/?utm_source=x", "/?ref=https://example.com", "/?https:", "/?url=x"])
    func `nothing but a query asks for help`(text: String) throws {
        #expect(try Self.parse(text) == .help)
    }

    @Test(arguments: ["/iscorsneeded", "/iscorsneeded?x", "/iscorsneeded/", "/IsCorsNeeded"])
    func `iscorsneeded is no host`(text: String) throws {
        #expect(try Self.parse(text) == .isCORSNeeded)
    }

    @Test(arguments: [
        ("//", ErrorCode.targetInvalid), ("//example.com", .targetInvalid),
        ("////example.com", .targetInvalid),
        ("//https://example.com", .targetInvalid), ("///https://example.com", .targetInvalid),
        ("/http://", .targetInvalid), ("/http:///x", .targetInvalid), ("/http://:1234", .targetInvalid),
        ("/:1234", .targetInvalid), ("/http://?x", .targetInvalid), ("///", .targetInvalid),
        ("/http:/x.com", .targetSlashes), ("/https:/x.com", .targetSlashes),
        ("/HTTPS:/x.com", .targetSlashes),
        ("/http:x.com", .targetSlashes), ("/https:", .targetSlashes), ("/http:/", .targetSlashes),
        ("/http:\\\\x.com", .targetSlashes), ("/http:/user:pw@x.com", .targetSlashes),
        ("/example.com:65536", .targetPort), ("/http://h:99999/", .targetPort), ("/http://h:0/", .targetPort),
        ("/http://h:000080/", .targetPort), ("/http://h:99999999999999999999999/", .targetPort),
        ("/http://h:8a/", .targetPort), ("/http://h:-1/", .targetPort), ("/http://h:+80", .targetPort),
        ("/[::1]:65536", .targetPort), ("/robots.txt:65536", .targetPort),
        ("/robots.txt", .targetHost), ("/favicon.ico", .targetHost), ("/localhost:3000", .targetHost),
        ("/localhost", .targetHost), ("/iscorsneeded:80", .targetHost), ("/1.2.3", .targetHost),
        ("/1.2.3.256", .targetHost), ("/1.2.3.04", .targetHost), ("/1.2.3.4.5", .targetHost),
        ("/2130706433", .targetHost), ("/.1.2.3", .targetHost),
        ("/ftp://h/x", .targetScheme), ("/ws://h/", .targetScheme), ("/file:///etc/passwd", .targetScheme),
        ("/wss:/h", .targetScheme), ("/data:text/html,x", .targetScheme), ("/javascript:x", .targetScheme),
        ("/blob:http://h/", .targetScheme), ("/view-source+x.y://h", .targetScheme),
        ("/user:pw@example.com", .targetCredentials), ("/http://user:pw@example.com/", .targetCredentials),
        ("/http://user@example.com", .targetCredentials), ("/http://@example.com", .targetCredentials),
        ("/example.com:80@evil.com", .targetCredentials), ("/http://good.com\\@evil.com", .targetCredentials),
        ("/http://good.com\\evil.com", .targetInvalid), ("/example.com\\x", .targetInvalid),
        ("/http://%31.example/", .targetInvalid), ("/https%3A%2F%2Fexample.com", .targetInvalid),
        ("/http://user:pw%40h/", .targetInvalid),
        ("/http://::1/", .targetInvalid), ("/http://[::1/", .targetInvalid),
        ("/http://[::1]x/", .targetInvalid),
        ("/http://[fe80::1%25lo]/", .targetInvalid), ("/http://[12]/", .targetInvalid),
        ("/http://[::g]/", .targetInvalid), ("/http://h:1:2/", .targetInvalid),
        ("/http://a]b/", .targetInvalid),
        ("/http://a,b/", .targetInvalid), ("/http://h/#x", .targetInvalid), ("/http://h/ x", .targetInvalid),
        ("/http://h/\u{7F}", .targetInvalid), ("/http://h/é", .targetInvalid),
        ("/http://h/\r\n", .targetInvalid),
    ])
    func `refuses what is no target`(text: String, expected: ErrorCode) {
        #expect(code(text) == expected)
    }

    @Test func `refuses a host over 253 bytes`() {
        let label = String(repeating: "a", count: 49) + "."
        let host = String(repeating: label, count: 5)
        #expect(code("/http://\(host)exa/") == nil)
        #expect(code("/http://\(host)exam/") == .targetInvalid)
    }

    @Test(arguments: [
        ("/https:/x.com", "two slashes are needed"),
        ("/https:/x.com", "a server in front of the proxy merges slashes"),
        ("/example.com:65536", "65536"), ("/example.com:4294967376", "4294967376"), ("/ws://h/", #""ws""#),
        ("/robots.txt", #""robots.txt""#), ("/http://h\\x/", #"a "\" or a "%""#),
        ("/localhost:21001/json", "/http://localhost:21001/json"), ("/localhost", "/http://localhost/"),
        ("/Localhost:443/a?b", "/https://localhost:443/a"), ("/wether/x/y?secret", "/http://wether/x/y"),
        ("/?https://h/a/b?c", "/https://h/a/b?…"), ("/?url=https%3A%2F%2Fh%2Fa&x=y", "/https://h/a"),
        ("/?quest=http://h:81", "/http://h:81/"), ("/?HTTPS://h", "/https://h/"),
        ("/https%3A%2F%2Fh/a?b", "/https://h/a?…"), ("/https%3a%2f%2fh%2Fa%3Fb", "/https://h/a?…"),
        ("/http%3A//h:8080/x", "/http://h:8080/x"),
    ])
    func `a refusal names what is wrong`(text: String, part: String) throws {
        let error = try #require(throws: ProxyError.self) { try Self.parse(text) }
        #expect((error.message + " " + error.hint).contains(part))
    }

    @Test(arguments: [
        "/http://u:secret@h/", "/u:secret@example.com", "/http://h:secret/x@y", "/http://u:secret%40h/",
        "/http://h/?secret#x", "/u:secret@", "/http:/u:secret@h", "/localhost/x?secret",
        "/?https://h/x?secret", "/?url=https://h/%3Fsecret", "/https%3A%2F%2Fu:secret%40h/x",
        "/https%3A%2F%2Fh/?secret",
        "/%C3%BC:secret/x", "/http://u%C3%BC:secret%40h/",
    ])
    func `a refusal never repeats a credential or a query`(text: String) throws {
        let error = try #require(throws: ProxyError.self) { try Self.parse(text) }
        #expect(!(error.message + error.hint).contains("secret"))
    }

    @Test func `the public suffix is asked for in lower case, and only without a scheme`() throws {
        var asked: [String] = []
        for text in ["EXAMPLE.Com", "http://localhost", "1.2.3.4", "[::1]"] {
            _ = try PrefixTarget.parse(text[...]) { host in
                asked.append(host)
                return true
            }
        }
        #expect(asked == ["example.com"])
    }
}
