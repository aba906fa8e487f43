import HTTPSyntax
import Testing

@testable import ProxyCore

@Suite struct TargetPatternTests {
    /// Takes an URL apart that is written as libcurl would write it.
    static func url(_ text: String) throws -> TargetURL {
        guard case .target(let target) = try PrefixTarget.parse(text[...], hasPublicSuffix: { _ in false })
        else {
            throw TargetPatternError(message: "no URL", mend: "")
        }
        var host = target.authority[...]
        var port = target.scheme.defaultPort
        if let colon = host.lastIndex(of: ":"), let number = UInt16(host[colon...].dropFirst()) {
            host = host[..<colon]
            port = number
        }
        let origin = TargetOrigin(scheme: target.scheme, host: String(host), port: port)
        return TargetURL(origin: origin, pathAndQuery: target.pathAndQuery)
    }

    @Test(arguments: [
        ("*", "http://localhost:3000/x"), ("*", "https://[::1]/"),
        ("*.wikipedia.org", "https://en.wikipedia.org/"),
        ("*.wikipedia.org", "http://en.m.wikipedia.org/wiki/A?b"),
        ("api.github.com", "http://api.github.com/"),
        ("API.github.com", "https://api.github.com/x"), ("h:8443", "https://h:8443/"),
        ("h:8443", "http://h:8443/"),
        ("h:80", "http://h/"), ("h:*", "http://h:9/"), ("h:*", "https://h/"), ("*:*", "http://x:1/"),
        ("[2001:db8::1]", "http://[2001:db8::1]/"), ("[::1]:8080", "http://[::1]:8080/"),
        ("[::1]:*", "http://[::1]:1/"), ("https://h", "https://h/x"), ("HTTPS://h", "https://h/x"),
        ("ws://h", "http://h/x"), ("Wss://h:8443/x/**", "https://h:8443/x/y"),
        ("https://*", "https://h/"), ("https://h:8443/x", "https://h:8443/x?q=/.."),
        ("https://api.github.com/repos/**", "https://api.github.com/repos/a/b"),
        ("https://api.github.com/repos/**", "https://api.github.com/repos/"),
        ("https://api.github.com/repos/**", "https://api.github.com/repos"),
        ("h/**", "http://h/"), ("h/a/*/c", "http://h/a/b/c"), ("h/a/*/c", "http://h/a//c"),
        ("h/a*", "http://h/abc"), ("h/*.json", "http://h/x.json"), ("h/**/c", "http://h/a/b/c"),
        ("h/a%2Fb", "http://h/a%2Fb"), ("h/**", "http://h/.well-known/a..b/...;v=1/%41/50%25/x"),
        ("h/**", "http://h/https://x/"),
    ])
    func `an allowed target matches`(pattern: String, url: String) throws {
        let target = try Self.url(url)
        let pattern = try TargetPattern(parsing: pattern)
        #expect(pattern.matches(target))
        #expect(pattern.mayMatch(target))
    }

    @Test(arguments: [
        ("*.wikipedia.org", "https://wikipedia.org/"), ("*.wikipedia.org", "https://evilwikipedia.org/"),
        ("*.wikipedia.org", "https://en.wikipedia.org.evil.com/"), ("h:8443", "https://h/"),
        ("h:443", "http://h/"),
        ("https://h", "http://h/"), ("wss://h", "http://h/"), ("ws://h:443", "https://h/"),
        ("http://h:443", "https://h/"), ("[::1]", "http://[::2]/"),
        ("https://h/repos/**", "https://h/repository"), ("https://h/repos/**", "https://h/"),
        ("h/a/*/c", "http://h/a/b/b/c"),
        ("h/a*", "http://h/a/b"),
        ("h/*.json", "http://h/x.json.exe"), ("h/x", "http://h/x/"), ("h/x", "http://h/y?/x"),
    ])
    func `another target neither matches nor may match`(pattern: String, url: String) throws {
        let target = try Self.url(url)
        let pattern = try TargetPattern(parsing: pattern)
        #expect(!pattern.matches(target))
        #expect(!pattern.mayMatch(target))
    }

    @Test(arguments: [
        ("http://h", "http://h:8080/"), ("https://*", "https://h:8443/"), ("h", "http://h./"),
        ("*.h", "http://a.h.:81/"),
        ("h/a/**", "http://h/a/../x"), ("h/a/**", "http://h/a/%2e%2e/x"), ("h/a/**", "http://h/a/..;b/x"),
        ("h/a/**", "http://h/a/%5cx"), ("h/a/**", "http://h/a/%252e%252e/x"),
        ("h/a/**", "http://h/a/b%2f..%2f..%2fx"),
        ("h/admin/**", "http://h/../admin/x"), ("h/admin/**", "http://h/x/.."),
        ("h/admin/**", "http://h/%2e%2E/x"),
        ("h/admin/**", "http://h/.%2e/x"), ("h/admin/**", "http://h/..;a/x"),
        ("h/admin/**", "http://h/..%3ba/x"),
        ("h/admin/**", "http://h/..%2fx"), ("h/admin/**", "http://h/%5cx"), ("h/admin/**", "http://h/a\\b"),
        ("h/admin/**", "http://h/./x"), ("h/admin/**", "http://h/%252e%252e/x"),
        ("h/admin/**", "http://h/%2541"),
        ("h/admin/**", "http://h/%61dmin/x"), ("h/admin/**", "http://h//admin/x"),
        ("h/admin/**", "http://h/admin%2Fx"), ("h/admin/**", "http://h/admin;v=1/x"),
        ("h/admin/**", "http://h/;x/admin/"), ("h/admin/x", "http://h/admin/x;y"),
        ("h/admin/**", "http://h/ADMIN/x"), ("h/Admin/**", "http://h/admin/x"),
        ("h/admin/x", "http://h/admin/X"), ("h/admin/**", "http://h/%41dmin/x"),
        ("h/admin/**", "http://h/admin%20/x"), ("h/admin/**", "http://h/admin./x"),
        ("h/admin/**", "http://h/admin%2e%20./x"), ("h/admin/x", "http://h/admin/x."),
        ("h/admin%20x/**", "http://h/%61dmin%20x/y"), ("h/a%2db/*", "http://h/a-b/c"),
        ("h/admin/**", "http://h/x/..%20/admin"), ("h/admin/**", "http://h/x/.%20./y"),
        ("h/admin/**", "http://h/admin%00.json"), ("h/admin/**", "http://h/ad%0Amin"),
        ("h/admin/**", "http://h/adm%C4%B1n/"), ("h/%C3%BCber/*", "http://h/%C3%9CBER/x"),
    ])
    func `what a server may read as a match is denied and not allowed`(pattern: String, url: String) throws {
        let target = try Self.url(url)
        let pattern = try TargetPattern(parsing: pattern)
        #expect(!pattern.matches(target))
        #expect(pattern.mayMatch(target))
    }

    @Test(arguments: ["http://h/a/../b", "http://h/%5c", "http://h/%252e"])
    func `a pattern without a path does not look at the path`(url: String) throws {
        #expect(try TargetPattern(parsing: "h").matches(Self.url(url)))
    }

    @Test(arguments: [
        "", "ftp://h", "ws://h/", "://h", "https://", "https:///x", "h:0", "h:65536", "h:080", "h:+80", "h:",
        "h:a",
        "h:**", "h/", "h/x?y", "h/x#y", "h/***", "h/****", "h/../x", "h/a/..;x/b", "h/%2e%2e/b", "h/a\\b",
        "h/%5C",
        "h/%252e", "h/a b", "h/é", "*x", "a.*", "u@h", "u:p@h", "::1", "[::1", "h:1:2", "/x", "*.1.2.3.4",
    ])
    func `a pattern that is none is refused with a mend`(pattern: String) throws {
        let error = try #require(throws: TargetPatternError.self) { try TargetPattern(parsing: pattern) }
        #expect(!error.message.isEmpty && !error.mend.isEmpty)
    }

    @Test func `deny wins, and nothing allowed permits nothing`() throws {
        let all = try TargetPattern(parsing: "*")
        let admin = try TargetPattern(parsing: "https://h/admin/**")
        let rules = TargetRules(allow: [all], deny: [admin])
        #expect(try rules.permits(Self.url("https://h/")))
        #expect(try rules.permits(Self.url("http://h/admin/")))
        #expect(try !rules.permits(Self.url("https://h/admin/x")))
        #expect(try !rules.permits(Self.url("https://h/x/../admin/x")))
        #expect(try !TargetRules(allow: [], deny: []).permits(Self.url("https://h/")))
        #expect(try !TargetRules(allow: [admin], deny: []).permits(Self.url("https://h/admin/../x")))
    }
}
