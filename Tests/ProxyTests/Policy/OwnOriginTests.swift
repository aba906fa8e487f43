import TestSupport
import Testing

/// Requests of a page to the very origin that it runs as.
@Suite struct OwnOriginTests {
    private static let shop = #""name": "shop", "methods": ["GET", "POST", "PUT"]"#

    @Test func `E9 a page under a route's own host needs no entry for it`() throws {
        let site = try ScriptedUpstream { Answer.text("\($0.method) \($0.value(of: "Origin") ?? "-")") }
        let proxy = try Gateway.proxy(
            Gateway.route("/shop/", to: site.url(), Self.shop),
            Gateway.route("/other/", to: site.url()),
            more: "\"cors\": \(Policy.list)"
        )
        let host = "shop.localhost:\(proxy.port)"
        let page = origin("http://\(host)")
        for method in ["POST", "PUT"] {
            let response = try proxy.request(method, "login", host: host, [page], body: "x")
            #expect(response.text == "\(method) http://\(host)")
            #expect(!"\(response.head)".lowercased().contains("access-control-"), "\(response)")
            #expect(response.values(of: "Vary") == ["Origin"])
        }
        // The methods of the policy are for other origins; the route's own hold for all.
        #expect(try proxy.request("DELETE", "x", host: host, [page]).errorCode == "method-denied")
        let asked = site.requests.count
        for (target, host) in [
            ("shop/login", "localhost:\(proxy.port)"), ("other/x", "localhost:\(proxy.port)"),
            ("x", "shop.localhost:1"), (site.url(), "localhost:\(proxy.port)"),
        ] {
            let response = try proxy.request("POST", target, host: host, [page], body: "x")
            #expect(response.errorCode == "origin-denied", "\(target) \(host)")
        }
        #expect(site.requests.count == asked)
    }

    @Test func `E9 the hint for the proxy's own origin is none that check warns of`() throws {
        let site = try ScriptedUpstream.named("reached")
        let routes = [
            Gateway.route("/a/", to: site.url(), #""name": "a""#), Gateway.route("/b/", to: site.url()),
        ]
        let proxy = try ProxyProcess(Gateway.config(routes, "\"cors\": \(Policy.list)"))
        let shared = "http://localhost:\(proxy.port)"
        let refused = try proxy.request(
            "POST",
            "b/x",
            host: "localhost:\(proxy.port)",
            [origin(shared)],
            body: "x"
        )
        #expect(refused.text.contains("serve the page from another one"), "\(refused.text)")
        #expect(!refused.text.contains("allowedOrigins"))
        _ = try proxy.logLines(with: "serve the page from another one")
        // Of a route's own host the advice is to name it, and then nothing warns.
        let own = "http://a.localhost:\(proxy.port)"
        let other = try proxy.request("POST", "b/x", [origin(own)], body: "x")
        #expect(other.text.contains("allowedOrigins"))
        let folder = try TemporaryFolder()
        for (listed, isWarned) in [(shared, true), (own, false)] {
            let listen =
                "\"listen\": {\"port\": \(proxy.port)}, \"cors\": {\"allowedOrigins\": [\"\(listed)\"]}"
            let file = try folder.write(Gateway.config(routes, listen), to: "config.json")
            let (exit, output, error) = try CorswayProgram.run(["check", file])
            #expect(exit == .status(0))
            #expect((output + error).contains("own origin") == isWarned, "\(output)\(error)")
        }
    }

    @Test func `E9 behind a trusted server its scheme and host make the origin`() throws {
        let site = try ScriptedUpstream.named("reached")
        let proxy = try Gateway.proxy(
            Gateway.route("/", to: site.url()),
            more: """
                "cors": \(Policy.list), "prefix": {"enabled": false}, "trustedProxies": ["127.0.0.1"],
                "allowedHosts": ["localhost", "shop.example"]
                """
        )
        func ask(_ page: String, _ fields: [String]) throws -> String? {
            let fields = fields + [origin(page), "X-Forwarded-For: 203.0.113.9"]
            return try proxy.request("PUT", "x", host: "localhost:\(proxy.port)", fields, body: "x").errorCode
        }
        let told = ["X-Forwarded-Proto: https", "X-Forwarded-Host: shop.example"]
        #expect(try ask("https://shop.example", told) == nil)
        #expect(try ask("http://shop.example", told) == "origin-denied")
        #expect(try ask("http://localhost:\(proxy.port)", told) == "origin-denied")
        #expect(
            try ask("https://evil.example", ["X-Forwarded-Proto: https", "X-Forwarded-Host: evil.example"])
                == "origin-denied"
        )
        #expect(try ask("http://localhost:\(proxy.port)", []) == nil)
        // The server in front serves other things beside it.
        #expect(try ask("https://shop.example", told + ["X-Forwarded-Prefix: /shop"]) == "origin-denied")
    }

    @Test func `E9 a name that only the asterisk covers is anybody's`() throws {
        let site = try ScriptedUpstream.named("reached")
        // To a loopback listener such a name tells of a server in front, which has no loopback privileges.
        let rest = """
            "cors": \(Policy.list), "prefix": {"enabled": false},
            "guard": {"allowPrivateNetworks": ["127.0.0.1"]}, "allowedHosts":
            """
        for (allowed, code) in [(#""*""#, "origin-denied"), (#"["evil.example"]"#, nil)] {
            let proxy = try Gateway.proxy(Gateway.route("/", to: site.url()), more: "\(rest) \(allowed)")
            let host = "evil.example:\(proxy.port)"
            let response = try proxy.request("POST", "x", host: host, [origin("http://\(host)")], body: "x")
            #expect(response.errorCode == code, "\(response)")
        }
    }
}
