import TestSupport
import Testing

/// What a route adds to its requests stays below its target: a certificate, a key, a parameter.
@Suite struct RouteReachTests {
    private static let authority = Result { try CertificateAuthority() }

    @Test func `a client certificate stays below the route's target, and is left behind for good`() throws {
        let authority = try Self.authority.get()
        let nginx = try NginxProcess(
            server: """
                ssl_verify_client optional; ssl_client_certificate \(authority.certificate); absolute_redirect off;
                location /v2/start { return 302 $arg_to; }
                location / { return 200 "verified: $ssl_client_verify $request_uri"; }
                """,
            certificate: authority.issue()
        )
        let over = try ScriptedUpstream { _ in Answer.redirect(302, to: nginx.url("/v2/back")) }
        let own = try authority.issue(names: "DNS:corsway.example")
        let proxy = try Gateway.proxy(
            Gateway.route(
                "/r/",
                to: nginx.url("/v2/"),
                """
                "redirects": {"mode": "follow"},
                "upstream": {"clientCertificate": "\(own.chain)", "clientKey": "\(own.key)"}
                """
            ),
            more: "\"shards\": 1, \"upstream\": {\"caFile\": \"\(authority.certificate)\"}"
        )
        for (target, expected) in [
            ("r/x", "verified: SUCCESS /v2/x"), ("r/start?to=/v2/next", "verified: SUCCESS /v2/next"),
            ("r/start?to=/admin", "verified: NONE /admin"),
            ("r/start?to=/v22/x", "verified: NONE /v22/x"),
            ("r/start?to=\(over.url("/x"))", "verified: NONE /v2/back"),
            ("r/y", "verified: SUCCESS /v2/y"),
        ] {
            // Twice, so that connections are there to be taken for one another.
            for _ in 1...2 {
                let response = try proxy.request("GET", target, [origin(Policy.local)])
                #expect(response.text == expected, "\(target) \(response)")
            }
        }
    }

    @Test func `a key and a parameter stay below the route's target too`() throws {
        let api = try ScriptedUpstream { request in
            switch request.target.prefix(while: { $0 != "?" }) {
            case "/v2/start": Answer.redirect(302, to: "/v2/next")
            case "/v2/next": Answer.redirect(302, to: "/admin?appid=mine")
            case "/admin": Answer.redirect(302, to: "/v2/back")
            default: Answer.text("arrived")
            }
        }
        let proxy = try Gateway.start(
            Gateway.config([
                Gateway.route(
                    "/r/",
                    to: api.url("/v2/"),
                    #""request": {"setHeaders": {"X-Api-Key": "${env:KEY}"}, "setQuery": {"appid": "${env:KEY}"}}, "#
                        + #""redirects": {"mode": "follow"}"#
                )
            ]),
            environment: ["KEY": "s3cr3t-key-9f8e7d6c"]
        )
        let response = try proxy.request("GET", "r/start", [origin(Policy.local)])
        #expect(response.text == "arrived", "\(response)")
        let key = "s3cr3t-key-9f8e7d6c"
        #expect(api.targets == ["/v2/start?appid=\(key)", "/v2/next?appid=\(key)", "/admin", "/v2/back"])
        #expect(api.requests.map { $0.value(of: "X-Api-Key") } == [key, key, nil, nil])
    }

    @Test func `a client's field that a script could take for the key is dropped`() throws {
        let api = try ScriptedUpstream.named("ok")
        let rule =
            #""rules": [{"match": {"url": "\#(api.url("/**"))"}, "request": {"setHeaders": {"X-Rule": "r"}, "removeHeaders": ["X-User"]}}]"#
        let proxy = try Gateway.start(
            Gateway.config(
                [
                    Gateway.route(
                        "/r/",
                        to: api.url(),
                        #""request": {"setHeaders": {"X-Api-Key": "${env:KEY}"}}"#
                    )
                ],
                rule
            ),
            environment: ["KEY": "s3cr3t-key-9f8e7d6c"]
        )
        let response = try proxy.request(
            "GET",
            "r/x",
            [
                "X_Api_Key: mine", "x.rule: mine", "X_USER: root", "X_Forwarded_For: 203.0.113.9",
                "api_key: kept",
            ]
        )
        #expect(response.text == "ok")
        let request = try #require(api.requests.last)
        let names = request.head.names
        #expect(names.filter { $0.contains("_") || $0.contains(".") } == ["api_key"], "\(names)")
        #expect(request.value(of: "X-Api-Key") == "s3cr3t-key-9f8e7d6c")
    }

    @Test func `Basic realms are told apart where targets share an origin, and there alone`() throws {
        let one = try ScriptedUpstream { _ in
            "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n"
        }
        let two = try ScriptedUpstream { _ in Answer.redirect(302, to: one.url("/y")) }
        let proxy = try Gateway.start(
            Gateway.config([
                Gateway.route("/r/", to: one.url(), #""name": "r""#),
                Gateway.route("/hidden/", to: one.url("/${env:KEY}/")),
            ]),
            environment: ["KEY": "s3cr3t-key-9f8e7d6c"]
        )
        let direct = try proxy.request("GET", one.url("/x"), [origin(Policy.local)])
        #expect(direct.value(of: "WWW-Authenticate") == "Basic realm=\"http://\(one.authority) x\"")
        let shared = try proxy.request("GET", "r/x")
        #expect(shared.value(of: "WWW-Authenticate") == "Basic realm=\"http://\(one.authority) x\"")
        let hidden = try proxy.request("GET", "hidden/x")
        #expect(hidden.value(of: "WWW-Authenticate") == "Basic realm=\"/hidden/ x\"")
        let own = try proxy.request("GET", "x", host: "r.localhost:\(proxy.port)")
        #expect(own.value(of: "WWW-Authenticate") == "Basic realm=\"x\"")
        // The browser would send what it is given to the target that it has asked.
        let redirected = try proxy.request("GET", two.url("/x"), [origin(Policy.local)])
        #expect(redirected.value(of: "WWW-Authenticate") == "Basic realm=\"http://\(two.authority) x\"")
    }
}
