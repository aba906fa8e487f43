import TestSupport
import Testing

/// Corsway behind a real nginx on the same host.
@Suite struct BehindNginxTests {
    private static let forwarding = """
        proxy_http_version 1.1; proxy_set_header Host localhost; proxy_set_header Connection "";
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        """
    private static let told = """
        proxy_set_header X-Forwarded-Proto https; proxy_set_header X-Forwarded-Host proxy.example.dev;
        """

    /// An nginx that hands everything on to the proxy.
    private static func nginx(_ proxy: ProxyProcess, _ more: String = "", path: String = "") throws
        -> NginxProcess
    {
        try NginxProcess(
            server: "location / { \(forwarding) \(more) proxy_pass http://127.0.0.1:\(proxy.port)\(path); }"
        )
    }

    @Test func `the untouched default refuses what an nginx hands on, and names the key to set`() throws {
        let upstream = try ScriptedUpstream.named("reached")
        let proxy = try ProxyProcess()
        let nginx = try Self.nginx(proxy)
        let response = try nginx.request("GET", "/\(upstream.url())", [origin(Policy.local)])
        #expect(response.status == 403, "\(response)")
        #expect(response.errorCode == "untrusted-forwarder")
        #expect(response.text.contains("trustedProxies"))
        #expect(upstream.openedConnections == 0)
        #expect(try proxy.request("GET", upstream.url()).text == "reached")
    }

    @Test func `a bare proxy_pass opens nothing of this machine to the world`() throws {
        let upstream = try ScriptedUpstream.named("reached")
        for (config, code) in [
            (nil, "untrusted-forwarder"),
            (Gateway.config([Gateway.route("/r/", to: upstream.url())]), "private-address"),
        ] as [(String?, String)] {
            let proxy = try ProxyProcess(config)
            let nginx = try NginxProcess(
                server: "location / { proxy_http_version 1.0; proxy_pass http://127.0.0.1:\(proxy.port); }"
            )
            for target in ["/r/x", "/\(upstream.url())"] where config != nil || target != "/r/x" {
                let response = try nginx.request("GET", target, [origin(Policy.local)])
                #expect(response.errorCode == code, "\(response)")
            }
        }
        #expect(upstream.openedConnections == 0)
    }

    @Test(arguments: [100, 102, 103, 199])
    func `an nginx in front never sees the interim responses of an upstream, on which it would hang`(
        status: Int
    ) throws {
        let interim = "HTTP/1.1 \(status) Hint\r\nLink: </style.css>; rel=preload; as=style\r\n\r\n"
        let upstream = try ScriptedUpstream { _ in interim + interim + Answer.text("ok") }
        let proxy = try Gateway.proxy(
            Gateway.route("/r/", to: upstream.url()),
            more: #""trustedProxies": ["127.0.0.1"], "allowedHosts": ["localhost"]"#
        )
        let nginx = try Self.nginx(proxy)
        for _ in 1...2 {
            let response = try nginx.request("GET", "/r/x", [origin(Policy.local)])
            #expect(response.status == 200, "\(response)")
            #expect(response.text == "ok")
            #expect(response.value(of: "Link") == nil)
        }
        #expect(upstream.requests.count == 2)
    }

    @Test(arguments: [
        "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;", "proxy_set_header Via \"1.1 nginx\";",
        "proxy_set_header X-Real-IP $remote_addr;",
    ])
    func `an nginx that is not trusted has no privilege of loopback, for routes neither`(fields: String)
        throws
    {
        let upstream = try ScriptedUpstream.named("reached")
        let proxy = try Gateway.proxy(
            Gateway.route("/r/", to: upstream.url(), #""name": "api""#),
            more: "\"cors\": \(Policy.any)"
        )
        let nginx = try NginxProcess(
            server:
                "location / { \(fields) proxy_set_header Host $http_host; proxy_pass http://127.0.0.1:\(proxy.port); }"
        )
        for target in ["/\(upstream.url())", "/r/x", "/http://localhost:\(upstream.port)/"] {
            let response = try nginx.request("GET", target, [origin(Policy.local)])
            #expect(response.status == 403, "\(response)")
            #expect(["private-address", "untrusted-forwarder"].contains(response.errorCode))
        }
        #expect(upstream.openedConnections == 0)
        #expect(try proxy.request("GET", "r/x").text == "reached")
    }

    @Test
    func
        `a guard that names loopback holds behind an nginx that is not trusted, whose claims are not believed`()
        throws
    {
        let upstream = try ScriptedUpstream { request in
            request.target == "/v2/start"
                ? Answer.redirect(302, to: "/v2/next") : Answer.text("ok", ["Set-Cookie: a=1; Secure"])
        }
        let proxy = try Gateway.proxy(
            Gateway.route("/r/", to: upstream.url("/v2/")),
            more: """
                "guard": {"allowPrivateNetworks": ["127.0.0.0/8"]}, "cors": {"allowCredentials": true,
                "allowedOrigins": ["http://localhost:*"]}
                """
        )
        let nginx = try Self.nginx(proxy, Self.told + "proxy_set_header X-Forwarded-Prefix /evil;")
        let response = try nginx.request("GET", "/r/start", [origin(Policy.local)])
        let location = try #require(response.value(of: "Location"))
        #expect(!location.contains("proxy.example.dev") && !location.contains("evil"), "\(location)")
        #expect(!location.hasPrefix("https:"))
        let cookie = try nginx.request("GET", "/r/x", [origin(Policy.local)]).value(of: "Set-Cookie") ?? ""
        #expect(CookieJar.attributes(cookie)["secure"] == nil, "\(cookie)")
        let forwarded = upstream.requests.last?.elements(of: "X-Forwarded-For") ?? []
        #expect(forwarded == ["127.0.0.1"])
    }

    @Test func `a trusted nginx keeps the privileges, and what it tells stands in Location and cookies`()
        throws
    {
        let upstream = try ScriptedUpstream { request in
            request.target == "/v2/start"
                ? Answer.redirect(302, to: "/v2/next?q#f")
                : Answer.text("ok", ["Set-Cookie: a=1; Path=/; Secure; SameSite=None; HttpOnly"])
        }
        let proxy = try Gateway.proxy(
            Gateway.route("/r/", to: upstream.url("/v2/")),
            more: """
                "basePath": "/cors/", "trustedProxies": ["127.0.0.0/8"], "allowedHosts": ["localhost", "proxy.example.dev"],
                "cors": {"allowCredentials": true, "allowedOrigins": ["http://localhost:*"]},
                "prefix": {"redirects": {"mode": "rewrite"}}
                """
        )
        let nginx = try Self.nginx(proxy, Self.told)
        let fields = [origin(Policy.local)]
        let response = try nginx.request("GET", "/cors/r/start", fields)
        let location = try #require(response.value(of: "Location"), "\(response)")
        #expect(
            ["https://proxy.example.dev/cors/r/next?q#f", "/cors/r/next?q#f"].contains(location),
            "\(location)"
        )
        let prefixed = try nginx.request("GET", "/cors/\(upstream.url("/v2/start"))", fields)
        let through = try #require(prefixed.value(of: "Location"))
        #expect(through.hasPrefix("https://proxy.example.dev/cors/"), "\(through)")
        let cookie = try nginx.request("GET", "/cors/r/x", fields).value(of: "Set-Cookie") ?? ""
        let attributes = CookieJar.attributes(cookie)
        #expect(attributes["path"].map { ["/cors/r", "/cors/r/"].contains($0) } == true, "\(cookie)")
        #expect(attributes["secure"] != nil, "the browser speaks https")
        #expect(attributes["httponly"] != nil)
        let last = try #require(upstream.requests.last)
        #expect(last.value(of: "X-Forwarded-Proto") == "https")
        #expect(last.value(of: "X-Forwarded-Host") == "proxy.example.dev")
        #expect(last.elements(of: "X-Forwarded-For").first == "127.0.0.1")
    }

    @Test func `X-Forwarded-Prefix of a trusted nginx stands before the path`() throws {
        let upstream = try ScriptedUpstream { request in
            request.target == "/v2/start"
                ? Answer.redirect(302, to: "/v2/next") : Answer.text("ok", ["Set-Cookie: a=1"])
        }
        let proxy = try Gateway.proxy(
            Gateway.route("/r/", to: upstream.url("/v2/")),
            more: """
                "trustedProxies": ["127.0.0.0/8"], "allowedHosts": ["localhost", "proxy.example.dev"],
                "cors": {"allowCredentials": true, "allowedOrigins": ["http://localhost:*"]}
                """
        )
        let nginx = try NginxProcess(
            server: """
                location /out/ { \(Self.forwarding) \(Self.told) proxy_set_header X-Forwarded-Prefix /out;
                  proxy_redirect off; proxy_pass http://127.0.0.1:\(proxy.port)/; }
                """
        )
        let fields = [origin(Policy.local)]
        let location = try nginx.request("GET", "/out/r/start", fields).value(of: "Location") ?? ""
        #expect(["https://proxy.example.dev/out/r/next", "/out/r/next"].contains(location), "\(location)")
        let cookie = try nginx.request("GET", "/out/r/x", fields).value(of: "Set-Cookie") ?? ""
        #expect(
            CookieJar.attributes(cookie)["path"].map { ["/out/r", "/out/r/"].contains($0) } == true,
            "\(cookie)"
        )
    }

    @Test func `the traced URLs are those of the target, whatever a trusted nginx tells`() throws {
        let upstream = try ScriptedUpstream { request in
            request.target == "/v2/start" ? Answer.redirect(302, to: "/v2/next?q") : Answer.text("ok")
        }
        let follow = #""redirects": {"mode": "follow"}"#
        let proxy = try Gateway.proxy(
            Gateway.route("/r/", to: upstream.url("/v2/"), "\(follow), \"name\": \"api\""),
            more: """
                "basePath": "/cors/", "trustedProxies": ["127.0.0.0/8"],
                "allowedHosts": ["localhost", "proxy.example.dev"]
                """
        )
        let nginx = try Self.nginx(proxy, Self.told + "proxy_set_header X-Forwarded-Prefix /out;")
        for target in ["r/start", upstream.url("/v2/start")] {
            let response = try nginx.request("GET", "/cors/\(target)", [origin(Policy.local)])
            #expect(response.text == "ok", "\(response)")
            #expect(response.values(of: "X-Request-URL") == [upstream.url("/v2/start")])
            #expect(response.values(of: "X-Final-URL") == [upstream.url("/v2/next?q")])
            #expect(response.values(of: "X-CORS-Redirect-1") == ["302 \(upstream.url("/v2/next?q"))"])
        }
    }

    @Test(arguments: ["evil.example", "a b", "proxy.example.dev/x", "\"<", "u@proxy.example.dev"])
    func `an X-Forwarded-Host that names no host of the proxy gets nowhere`(host: String) throws {
        let upstream = try ScriptedUpstream { _ in Answer.redirect(302, to: "/next") }
        let proxy = try Gateway.proxy(
            Gateway.route("/r/", to: upstream.url()),
            more: #""trustedProxies": ["127.0.0.0/8"]"#
        )
        let response = try proxy.request(
            "GET",
            "r/start",
            ["X-Forwarded-Host: \(host)", "X-Forwarded-Proto: gopher"]
        )
        let location = response.value(of: "Location") ?? ""
        #expect(!location.contains(host) && !location.contains("gopher"), "\(location)")
    }
}
