import TestSupport
import Testing

/// Cookies that are set on the way by redirects that are followed here.
@Suite struct RedirectCookieTests {
    private static let credentials = """
        "cors": {"allowedOrigins": ["http://localhost:*"], "allowCredentials": true}
        """

    /// A site whose login sets a cookie and redirects to who is logged in.
    private static func login(_ attributes: String = "; Path=/") throws -> ScriptedUpstream {
        try ScriptedUpstream { request in
            request.target.hasPrefix("/login")
                ? "HTTP/1.1 302 Found\r\nLocation: /me\r\nSet-Cookie: sid=ann\(attributes)\r\nContent-Length: 0\r\n\r\n"
                : Answer.text("cookies: \(request.value(of: "Cookie") ?? "-")")
        }
    }

    @Test func `a redirect that sets a cookie is the browser's to follow, which then sends it`() throws {
        let site = try Self.login()
        let proxy = try Gateway.proxy(
            Gateway.route("/r/", to: site.url(), #""redirects": {"mode": "follow"}"#),
            more: Self.credentials
        )
        for start in ["r/login", site.url("/login")] {
            var jar = CookieJar()
            let response = try proxy.request("GET", start, [origin(Policy.local)])
            jar.take(response, for: "/\(start)")
            #expect(response.status == 302, "\(response)")
            let base = "http://\(proxy.authority)"
            let location = try #require(proxy.location(response))
            try #require(location.hasPrefix("\(base)/"))
            let path = String(location.dropFirst(base.count))
            let fields = [origin(Policy.local)] + jar.fields(for: path)
            let next = try proxy.request("GET", String(path.dropFirst()), fields)
            #expect(next.text == "cookies: sid=ann", "\(path)")
        }
    }

    @Test func `where cookies are stripped, one that a redirect sets is dropped on the way`() throws {
        let site = try Self.login()
        let proxy = try Gateway.proxy(
            Gateway.route("/r/", to: site.url(), #""redirects": {"mode": "follow"}"#)
        )
        for start in ["r/login", site.url("/login")] {
            let response = try proxy.request("GET", start, [origin(Policy.local)])
            #expect(response.text == "cookies: -")
            #expect(response.value(of: "Set-Cookie") == nil)
        }
    }

    @Test func `a cookie of a redirect to another target stays at its own, as does that target's`() throws {
        let other = try ScriptedUpstream { request in
            Answer.text("cookies: \(request.value(of: "Cookie") ?? "-")", ["Set-Cookie: eve=1"])
        }
        let site = try ScriptedUpstream { _ in
            "HTTP/1.1 302 Found\r\nLocation: \(other.url("/me"))\r\nSet-Cookie: sid=ann; Path=/\r\nContent-Length: 0\r\n\r\n"
        }
        let proxy = try ProxyProcess("{\(Self.credentials)}")
        let response = try proxy.request("GET", site.url("/login"), [origin(Policy.local)])
        #expect(response.text == "cookies: -")
        let set = response.values(of: "Set-Cookie")
        try #require(set.count == 1, "\(set)")
        #expect(set[0].contains("sid=ann") && set[0].contains("Path=/\(site.url(""))"), "\(set)")
    }
}
