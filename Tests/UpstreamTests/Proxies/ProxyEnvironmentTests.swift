import HTTPSyntax
import Testing
import Upstream

struct ProxyEnvironmentTests {
    private let http = TargetOrigin(scheme: .http, host: "example.com", port: 80)
    private let https = TargetOrigin(scheme: .https, host: "example.com", port: 443)

    /// The proxies of an http and an https target.
    @Test(arguments: [
        ([:], nil, nil),
        (["http_proxy": "p:1"], "http://p:1", nil),
        (["HTTP_PROXY": "p:1"], nil, nil),
        (["https_proxy": "p:1"], nil, "http://p:1"),
        (["HTTPS_PROXY": "p:1"], nil, "http://p:1"),
        (["https_proxy": "p:1", "HTTPS_PROXY": "p:2"], nil, "http://p:1"),
        (["all_proxy": "p:1"], "http://p:1", "http://p:1"),
        (["ALL_PROXY": "p:1"], "http://p:1", "http://p:1"),
        (["http_proxy": "p:1", "all_proxy": "p:2"], "http://p:1", "http://p:2"),
        (["http_proxy": "", "https_proxy": "", "HTTPS_PROXY": "p:3"], nil, "http://p:3"),
        (["http_proxy": "p:1", "no_proxy": "example.com"], nil, nil),
        (["http_proxy": "p:1", "NO_PROXY": "example.com"], nil, nil),
        (["http_proxy": "p:1", "no_proxy": "other.com", "NO_PROXY": "example.com"], "http://p:1", nil),
    ])
    func `reads the variables that curl reads`(
        environment: [String: String],
        forHTTP: String?,
        forHTTPS: String?
    ) throws {
        let proxies = try ProxyEnvironment(.environment, environment: environment)
        #expect(proxies.endpoint(for: http)?.description == forHTTP)
        #expect(proxies.endpoint(for: https)?.description == forHTTPS)
    }

    @Test func `the setting wins over the variables`() throws {
        let environment = ["all_proxy": "p:1", "no_proxy": "example.com"]
        let none = try ProxyEnvironment(.none, environment: environment)
        let named = try ProxyEnvironment(.url("socks5h://q:2"), environment: environment)
        #expect(named.endpoint(for: https) == nil)
        let other = TargetOrigin(scheme: .https, host: "example.org", port: 443)
        #expect(none.endpoint(for: https) == nil && none.endpoint(for: other) == nil)
        #expect(named.endpoint(for: other)?.description == "socks5h://q:2")
    }

    @Test(arguments: [
        ("p", "http://p:1080"), ("p:3128", "http://p:3128"),
        ("http://P.Example:3128/x", "http://p.example:3128"),
        ("https://p", "https://p:443"), ("HTTPS://p:1", "https://p:1"), ("socks://p", "socks4://p:1080"),
        ("socks4://p", "socks4://p:1080"), ("socks4a://p", "socks4a://p:1080"),
        ("socks5://p", "socks5://p:1080"),
        ("socks5h://[::1]:9050", "socks5h://[::1]:9050"), ("127.1:80", "http://127.0.0.1:80"),
    ])
    func `reads the URL of a proxy`(text: String, url: String) throws {
        let endpoint = try #require(
            try ProxyEnvironment(.url(text), environment: [:]).endpoint(for: http)
        )
        #expect(endpoint.url == url && endpoint.description == url)
        #expect(!endpoint.hasCredentials && endpoint.basicAuthorization == nil)
    }

    @Test(arguments: [
        ("http://u:p@h:1", "http://u:p@h:1", "Basic dTpw"),
        ("u:p@h:1", "http://u:p@h:1", "Basic dTpw"),
        ("https://u@h", "https://u@h:443", "Basic dTo="),
        (
            "http://Aladdin:open%20sesame@h:1", "http://Aladdin:open%20sesame@h:1",
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
        ),
        ("http://u%40d:p%3Aw%2F@h:1", "http://u%40d:p%3Aw%2F@h:1", "Basic dUBkOnA6dy8="),
        ("socks5://u:p@h:1", "socks5://u:p@h:1", nil),
    ])
    func `keeps credentials out of sight`(text: String, url: String, authorization: String?) throws {
        let endpoint = try #require(
            try ProxyEnvironment(.url(text), environment: [:]).endpoint(for: http)
        )
        #expect(endpoint.url == url)
        #expect(endpoint.hasCredentials)
        #expect(endpoint.basicAuthorization == authorization)
        #expect(!endpoint.description.contains("@"))
    }

    @Test(arguments: [
        "", "://", "ftp://p", "http://", "http://p:0", "http://p:x", "http://p:65536", "p q", "http://[::1",
        "http://p\0",
        "http://u:%0a@p", "http://u:%ff@p", "socks6://p",
    ])
    func `refuses what is no URL of a proxy, and never repeats it`(text: String) {
        #expect(throws: ProxyEnvironmentError.setting) {
            try ProxyEnvironment(.url(text), environment: [:])
        }
        guard !text.isEmpty else { return }
        let error = ProxyEnvironmentError.variable("http_proxy")
        #expect(throws: error) { try ProxyEnvironment(.environment, environment: ["http_proxy": text]) }
        #expect(error.reason.hasPrefix("The environment variable http_proxy is no proxy URL."))
    }

    @Test(arguments: [
        ("*", "example.com", true), ("*", "[::1]", true), ("x,*", "example.com", false),
        ("", "example.com", false),
        ("example.com", "example.com", true), ("example.com", "www.example.com", true),
        ("example.com", "badexample.com", false), ("example.com", "example.com.evil.org", false),
        (".example.com", "example.com", true), (".example.com", "www.example.com", true),
        ("EXAMPLE.com.", "example.com", true), ("a, example.com\tb", "example.com", true), ("a b", "b", true),
        ("..example.com", "example.com", false), (".", "example.com", false), (",, ,", "example.com", false),
        ("example.com:80", "example.com", false), ("com", "example.com", true),
        ("127.0.0.1", "127.0.0.1", true), ("127.0.0.1", "127.0.0.2", false), ("0.0.1", "127.0.0.1", false),
        ("127.0.0.0/8", "127.9.9.9", true), ("127.0.0.1/8", "127.9.9.9", true),
        ("10.0.0.0/8", "127.0.0.1", false),
        ("127.0.0.0/0", "127.0.0.0", true), ("127.0.0.0/0", "127.0.0.1", false),
        ("127.0.0.1/33", "127.0.0.1", false),
        ("::1", "[::1]", true), ("fd00::/8", "[fd12::1]", true), ("fd00::/8", "[fe80::1]", false),
        ("::/0", "127.0.0.1", false), ("localhost,127.0.0.1,::1", "localhost", true),
    ])
    func `excepts targets as curl does`(exceptions: String, host: String, isExcepted: Bool) throws {
        let environment = ["http_proxy": "p:1", "no_proxy": exceptions]
        let proxies = try ProxyEnvironment(.environment, environment: environment)
        let target = TargetOrigin(scheme: .http, host: host, port: 80)
        #expect((proxies.endpoint(for: target) == nil) == isExcepted)
    }

    @Test(arguments: [
        "localhost", "a.localhost", "printer", "printer.local", "db.internal", "metadata.google.internal",
        "home.arpa",
        "nas.home.arpa", "127.0.0.1", "10.0.0.1", "169.254.169.254", "0.0.0.0", "[::1]", "[::ffff:8.8.8.8]",
        "[fd00::1]", "",
    ])
    func `knows private names`(host: String) {
        #expect(ProxyEnvironment.isPrivateName(host))
    }

    @Test(arguments: [
        "example.com", "localhost.example.com", "mylocalhost.com", "notlocal.example", "internal.example",
        "8.8.8.8",
        "[2606:4700::1111]", "nothome.arpa",
    ])
    func `other names are not private`(host: String) {
        #expect(!ProxyEnvironment.isPrivateName(host))
    }
}
