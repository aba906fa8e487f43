import TestSupport
import Testing

/// Routes under host names of their own.
@Suite struct HostRouteTests {
    private static func proxy(_ upstream: ScriptedUpstream, _ more: String = "") throws -> ProxyProcess {
        try Gateway.proxy(
            Gateway.route(
                "/gh/",
                to: upstream.url("/v2/"),
                #""name": "github", "hosts": ["git.localhost", "github.proxy.example.dev"]"#
            ),
            Gateway.route("/named/", to: upstream.url("/named/"), #""name": "weather""#),
            more: more
        )
    }

    @Test(arguments: [
        ("git.localhost", "/v2/"), ("GIT.localhost", "/v2/"), ("github.proxy.example.dev", "/v2/"),
        ("weather.localhost", "/named/"),
    ])
    func `a route is served at the root under its own hosts`(host: String, base: String) throws {
        let upstream = try ScriptedUpstream.named("ok")
        let proxy = try Self.proxy(upstream)
        for host in [host, "\(host):\(proxy.port)"] {
            for (target, path) in [
                ("", ""), ("a/b?c", "a/b?c"), ("gh/x", "gh/x"), ("iscorsneeded", "iscorsneeded"),
                ("named/x", "named/x"),
                ("http://127.0.0.1:1/", "http://127.0.0.1:1/"),
            ] {
                let response = try proxy.request("GET", target, host: host)
                #expect(response.text == "ok", "\(target): \(response)")
                #expect(upstream.targets.last == base + path)
            }
        }
        #expect(upstream.requests.last?.values(of: "Host") == [upstream.authority])
    }

    @Test func `the other hosts serve everything else`() throws {
        let upstream = try ScriptedUpstream.named("ok")
        let proxy = try Self.proxy(upstream)
        for host in ["localhost", "127.0.0.1", "other.localhost", "a.git.localhost"] {
            #expect(try proxy.request("GET", "iscorsneeded", host: host).text == "no", "\(host)")
            #expect(try proxy.request("GET", "gh/x", host: host).text == "ok")
            #expect(try proxy.request("GET", upstream.url(), host: host).text == "ok")
        }
        for host in ["proxy.example.dev", "evil.example", "xgithub.proxy.example.dev"] {
            #expect(try proxy.request("GET", "gh/x", host: host).status == 421, "\(host)")
        }
    }

    @Test func `a host of its own opens no way past the policy, the methods and the keys`() throws {
        let upstream = try ScriptedUpstream.named("reached")
        let proxy = try Gateway.proxy(
            Gateway.route(
                "/r/",
                to: upstream.url(),
                #""hosts": ["r.localhost"], "methods": ["GET"], "clientKeys": ["k-1"]"#
            )
        )
        let key = "X-Proxy-Key: k-1"
        #expect(
            try proxy.request("GET", "x", host: "r.localhost", [origin(Policy.stranger), key]).errorCode
                == "origin-denied"
        )
        #expect(try proxy.request("GET", "x", host: "r.localhost").errorCode == "client-key-required")
        #expect(
            try proxy.request("PUT", "x", host: "r.localhost", [key], body: "x").errorCode == "method-denied"
        )
        #expect(try proxy.request("GET", "../x", host: "r.localhost", [key]).status == 400)
        #expect(
            try proxy.request("GET", "x", host: "r.localhost", ["Sec-Fetch-Site: cross-site", key]).errorCode
                == "cross-site-denied"
        )
        #expect(upstream.openedConnections == 0)
        #expect(try proxy.request("GET", "x", host: "r.localhost", [key]).text == "reached")
    }

    @Test func `a page under a route's own host is an origin of that route only, unless it is named`() throws
    {
        let upstream = try ScriptedUpstream.named("reached")
        let named = #""cors": {"allowedOrigins": ["http://weather.localhost:*", "http://*.localhost:*"]}"#
        let proxy = try Self.proxy(upstream)
        func ask(_ target: String, _ page: String, host: String = "localhost") throws -> RawResponse {
            try proxy.request("POST", target, host: host, [origin(page)], body: "x")
        }
        for page in ["http://git.localhost:\(proxy.port)", "http://git.localhost:3000"] {
            #expect(try ask("gh/x", page).text == "reached")
            #expect(try ask("x", page, host: "git.localhost").text == "reached")
            let asked = upstream.requests.count
            for (target, host) in [
                ("named/x", "localhost"), ("x", "weather.localhost"), (upstream.url(), "localhost"),
            ] {
                let response = try ask(target, page, host: host)
                #expect(response.errorCode == "origin-denied", "\(target) \(page)")
                #expect(response.text.contains("serves the pages of another route"), "\(response.text)")
            }
            #expect(upstream.requests.count == asked)
        }
        // A page of one's own under another name is what the default is for.
        #expect(try ask("named/x", "http://dev.localhost:3000").text == "reached")
        #expect(try ask("named/x", "http://a.git.localhost:3000").text == "reached")

        let naming = try Self.proxy(upstream, named)
        for target in ["gh/x", upstream.url()] {
            let fields = [origin("http://weather.localhost:\(naming.port)")]
            #expect(try naming.request("POST", target, fields, body: "x").text == "reached")
            let other = [origin("http://git.localhost:\(naming.port)")]
            let status = target == "gh/x" ? 200 : 403
            #expect(try naming.request("POST", target, other, body: "x").status == status)
        }
    }

    @Test(arguments: [("/v2/next?a#f", "/next?a#f"), ("next", "/next"), ("/v2/", "/")])
    func `a Location under the target stays on the host`(location: String, path: String) throws {
        let upstream = try ScriptedUpstream { _ in Answer.redirect(302, to: location) }
        let proxy = try Self.proxy(upstream)
        let host = "git.localhost:\(proxy.port)"
        let response = try proxy.request("GET", "start", host: host)
        let found = try #require(response.value(of: "Location"))
        #expect([path, "http://\(host)\(path)"].contains(found), "\(found)")
    }

    @Test func `cookies are kept under the host, without credentials too`() throws {
        let upstream = try ScriptedUpstream { request in
            Answer.text(
                request.value(of: "Cookie") ?? "-",
                ["Set-Cookie: sid=1; Domain=127.0.0.1; Path=/v2/; Secure; SameSite=None", "Set-Cookie: b=2"]
            )
        }
        let proxy = try Self.proxy(upstream)
        let response = try proxy.request("GET", "a/b", host: "git.localhost:\(proxy.port)")
        var jar = CookieJar()
        jar.take(response, for: "/a/b")
        for field in response.values(of: "Set-Cookie") {
            #expect(CookieJar.attributes(field)["domain"] == nil)
        }
        #expect(jar.fields(for: "/c").first?.contains("sid=1") == true, "\(response)")
        let again = try proxy.request("GET", "c", host: "git.localhost", jar.fields(for: "/c"))
        #expect(again.text.contains("sid=1"))
        // The same route under the shared name has no credentials, and so no cookies.
        let shared = try proxy.request("GET", "gh/c", ["Cookie: sid=1"])
        #expect(shared.text == "-")
        #expect(shared.value(of: "Set-Cookie") == nil)
    }

    @Test(arguments: [
        #"[{"path": "/a/", "target": "http://h/", "hosts": ["x.localhost"]}, {"path": "/b/", "target": "http://h/", "hosts": ["X.localhost"]}]"#,
        #"[{"path": "/a/", "target": "http://h/", "hosts": ["*.localhost"]}]"#,
        #"[{"path": "/a/", "target": "http://h/", "hosts": ["not a host"]}]"#,
    ])
    func `hosts that are patterns, no names or twice there are refused`(routes: String) throws {
        #expect(try Gateway.refusal(of: "{\"routes\": \(routes)}").contains("hosts[0]"))
    }
}
