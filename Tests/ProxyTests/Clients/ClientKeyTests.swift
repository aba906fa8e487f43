import TestSupport
import Testing

@Suite struct ClientKeyTests {
    private static let keys = #""clientKeys": ["${env:FIRST_KEY}", "second-key"]"#
    private static let environment = ["FIRST_KEY": "first-key"]

    private static func proxy(_ upstream: ScriptedUpstream, cors: String = "{}") throws -> ProxyProcess {
        try Gateway.start(
            Gateway.config(
                [
                    Gateway.route("/r/", to: upstream.url(), keys),
                    Gateway.route("/open/", to: upstream.url()),
                ],
                #""clientKeys": ["prefix-key"], "cors": \#(cors), "log": {"level": "trace"}"#
            ),
            environment: environment
        )
    }

    @Test(arguments: [
        [], ["X-Proxy-Key: wrong"], ["X-Proxy-Key:"], ["X-Proxy-Key: first-key1"], ["X-Proxy-Key: first-ke"],
        ["X-Proxy-Key: First-Key"], ["X-Proxy-Key: prefix-key"], ["X-Proxy-Key: first-key, second-key"],
        ["Authorization: Bearer first-key"], ["X-Proxy-Key: wrong", "X-Proxy-Key: wrong-too"],
        ["X-Proxy-Key: ${env:FIRST_KEY}"],
    ])
    func `a request without a key of the route is a 401 that a page can read`(fields: [String]) throws {
        let upstream = try ScriptedUpstream.named("reached")
        let proxy = try Self.proxy(upstream)
        let response = try proxy.request("GET", "r/x", [origin(Policy.local)] + fields)
        #expect(response.status == 401, "\(response)")
        #expect(response.errorCode == "client-key-required")
        #expect(response.text.contains("X-Proxy-Key"))
        #expect(response.value(of: "Access-Control-Allow-Origin") == Policy.local)
        #expect(response.value(of: "WWW-Authenticate") != nil, "RFC 9110 §15.5.2")
        #expect(response.value(of: "Cache-Control") == "no-store")
        #expect(!"\(response)".contains("first-key") && !"\(response)".contains("second-key"))
        #expect(upstream.openedConnections == 0)
    }

    @Test(arguments: ["X-Proxy-Key: first-key", "x-proxy-key: second-key", "X-Proxy-Key:  first-key "])
    func `each key of the route opens it, and is not forwarded`(field: String) throws {
        let upstream = try ScriptedUpstream.named("ok")
        let proxy = try Self.proxy(upstream)
        let fields = [origin(Policy.local), field]
        #expect(try proxy.request("GET", "r/x", fields).text == "ok")
        // What needs no key does not get it either.
        #expect(try proxy.request("GET", "open/x", fields).text == "ok")
        for request in upstream.requests {
            #expect(!"\(request.head)".lowercased().contains("-key"), "\(request.head)")
        }
        _ = try proxy.logLines(with: "/x")
        #expect(!proxy.child.standardOutput.contains("first-key"))
        #expect(!proxy.child.standardOutput.contains("second-key"))
    }

    @Test func `the keys of two routes are two clients to one limit`() throws {
        let upstream = try ScriptedUpstream.named("ok")
        let proxy = try Gateway.proxy(
            Gateway.route(
                "/a/",
                to: upstream.url(),
                #""clientKeys": ["key-of-route-a-1", "key-of-route-a-2"]"#
            ),
            Gateway.route("/b/", to: upstream.url(), #""clientKeys": ["key-of-route-b-1"]"#),
            more: """
                "clientKeys": ["key-of-the-prefix-form"],
                "limits": {"rate": {"requests": 2, "per": "1h", "key": "clientKey"}}
                """
        )
        for (target, key) in [
            ("a/x", "key-of-route-a-1"), ("b/x", "key-of-route-b-1"), ("a/x", "key-of-route-a-2"),
            (upstream.url(), "key-of-the-prefix-form"),
        ] {
            let statuses = try (1...3).map { _ in
                try proxy.request("GET", target, ["X-Proxy-Key: \(key)"]).status
            }
            #expect(statuses == [200, 200, 429], "\(key)")
        }
    }

    @Test func `a key that Connection names still counts, and is not forwarded`() throws {
        let upstream = try ScriptedUpstream.named("ok")
        let fields = ["X-Proxy-Key: first-key", "Connection: X-Proxy-Key"]
        #expect(try Self.proxy(upstream).request("GET", "r/x", fields).text == "ok")
        #expect(upstream.requests.first?.value(of: "X-Proxy-Key") == nil)
    }

    @Test func `the prefix form asks for its own keys`() throws {
        let upstream = try ScriptedUpstream.named("ok")
        let proxy = try Self.proxy(upstream)
        for fields in [[], ["X-Proxy-Key: first-key"]] {
            let response = try proxy.request("GET", upstream.url(), [origin(Policy.local)] + fields)
            #expect(response.status == 401)
            #expect(response.errorCode == "client-key-required")
            #expect(response.value(of: "Access-Control-Allow-Origin") == Policy.local)
        }
        #expect(upstream.openedConnections == 0)
        #expect(try proxy.request("GET", upstream.url(), ["X-Proxy-Key: prefix-key"]).text == "ok")
        #expect(upstream.requests.first?.value(of: "X-Proxy-Key") == nil)
        #expect(try proxy.request("GET", "").status == 200, "the help page is open")
        #expect(try proxy.request("GET", "iscorsneeded").text == "no")
    }

    @Test func `a key does not follow a redirect`() throws {
        let other = try ScriptedUpstream.named("arrived")
        let upstream = try ScriptedUpstream { _ in Answer.redirect(307, to: other.url()) }
        let proxy = try Self.proxy(upstream)
        #expect(try proxy.request("GET", upstream.url(), ["X-Proxy-Key: prefix-key"]).text == "arrived")
        #expect(other.requests.first?.value(of: "X-Proxy-Key") == nil)
    }

    @Test(arguments: [Policy.list, Policy.any, Policy.credentials])
    func `a preflight needs no key and allows X-Proxy-Key by itself`(policy: String) throws {
        let upstream = try ScriptedUpstream.named("reached")
        let proxy = try Self.proxy(upstream, cors: policy)
        let fields = [
            origin(Policy.app), "Access-Control-Request-Method: GET",
            "Access-Control-Request-Headers: x-a,x-proxy-key",
        ]
        for target in ["r/x", upstream.url()] {
            let response = try proxy.request("OPTIONS", target, fields)
            #expect(response.status == 204)
            let names = response.elements(of: "Access-Control-Allow-Headers")
            #expect(
                names.contains("x-proxy-key") || (policy == Policy.any && names.contains("*")),
                "\(response)"
            )
        }
        let open = try proxy.request("OPTIONS", "open/x", fields).elements(of: "Access-Control-Allow-Headers")
        #expect(!open.contains("x-proxy-key"))
        #expect(upstream.openedConnections == 0)
    }

    @Test func `an origin that is denied is told so, whatever its key`() throws {
        let upstream = try ScriptedUpstream.named("reached")
        let proxy = try Self.proxy(upstream)
        let fields = [origin(Policy.stranger), "X-Proxy-Key: first-key"]
        #expect(try proxy.request("POST", "r/x", fields, body: "x").errorCode == "origin-denied")
        #expect(upstream.openedConnections == 0)
    }

    @Test func `a program on all addresses may start with the prefix form behind a key`() throws {
        var launch = ProxyProcess.Launch()
        launch.arguments = ["--host", "0.0.0.0", "--port", "0"]
        let proxy = try ProxyProcess(#"{"clientKeys": ["k-1"]}"#, launch)
        #expect(try proxy.request("GET", "http://127.0.0.1:1/").errorCode == "client-key-required")
    }

    @Test(arguments: [#"[""]"#, #"["a b"]"#, #"["é"]"#, #"["${env:MISSING}"]"#])
    func `a key that no client could send is refused`(keys: String) throws {
        #expect(try Gateway.refusal(of: "{\"clientKeys\": \(keys)}").contains("clientKeys[0]"))
    }
}
