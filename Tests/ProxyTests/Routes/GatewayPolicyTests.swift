import TestSupport
import Testing

/// The methods and the CORS policy of a route.
@Suite struct GatewayPolicyTests {
    private let preflight = ["Access-Control-Request-Method: PUT", "Access-Control-Request-Headers: x-a"]

    @Test(arguments: ["POST", "PUT", "DELETE", "PURGE", "get"])
    func `a method that the route does not list is a 405, and the upstream is not asked`(method: String)
        throws
    {
        let upstream = try ScriptedUpstream.named("reached")
        let proxy = try Gateway.proxy(
            Gateway.route("/r/", to: upstream.url(), #""methods": ["GET", "PATCH"]"#)
        )
        let response = try proxy.request(method, "r/x", [origin(Policy.local)], body: "x")
        #expect(response.status == 405, "\(response)")
        #expect(response.errorCode == "method-denied")
        #expect(response.text.contains(method))
        #expect(response.elements(of: "Allow").contains("get"), "RFC 9110 §15.5.6")
        #expect(response.elements(of: "Allow").contains("patch"))
        #expect(response.value(of: "Access-Control-Allow-Origin") == Policy.local)
        #expect(upstream.openedConnections == 0)
        for method in ["GET", "PATCH"] {
            #expect(try proxy.request(method, "r/x", [origin(Policy.local)]).text == "reached")
        }
    }

    @Test func `a route's policy takes the place of the global one, key by key`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok", ["ETag: \"1\""]) }
        let proxy = try Gateway.proxy(
            Gateway.route(
                "/r/",
                to: upstream.url(),
                #""cors": {"allowedOrigins": ["https://only.example"], "maxAge": 5}"#
            ),
            Gateway.route("/plain/", to: upstream.url()),
            more: "\"cors\": \(Policy.list)"
        )
        let fields = [origin("https://only.example")]
        let response = try proxy.request("GET", "r/x", fields)
        #expect(response.values(of: "Access-Control-Allow-Origin") == ["https://only.example"])
        #expect(
            response.elements(of: "Access-Control-Expose-Headers").contains("etag"),
            "as in the global policy"
        )
        let answer = try proxy.request("OPTIONS", "r/x", fields + preflight)
        #expect(answer.status == 204)
        #expect(answer.value(of: "Access-Control-Max-Age") == "5")
        #expect(
            answer.elements(of: "Access-Control-Allow-Methods").contains("delete"),
            "as in the global policy"
        )
        #expect(
            answer.elements(of: "Access-Control-Allow-Headers").contains("x-a"),
            "as in the global policy"
        )

        let asked = upstream.requests.count
        for target in ["plain/x", upstream.url()] {
            #expect(try proxy.request("GET", target, fields).errorCode == "origin-denied", "\(target)")
            #expect(try proxy.request("OPTIONS", target, fields + preflight).status == 403)
        }
        let app = [origin(Policy.app)]
        #expect(try proxy.request("POST", "r/x", app, body: "x").errorCode == "origin-denied")
        #expect(try proxy.request("OPTIONS", "r/x", app + preflight).status == 403)
        #expect(upstream.requests.count == asked)
        #expect(try proxy.request("GET", "plain/x", app).text == "ok")
    }

    @Test func `a route can allow credentials where others do not`() throws {
        let upstream = try ScriptedUpstream.named("ok")
        let proxy = try Gateway.proxy(
            Gateway.route("/r/", to: upstream.url(), #""cors": {"allowCredentials": true}"#),
            Gateway.route("/plain/", to: upstream.url())
        )
        let response = try proxy.request("GET", "r/x", [origin(Policy.local)])
        #expect(response.values(of: "Access-Control-Allow-Credentials") == ["true"])
        #expect(!response.elements(of: "Access-Control-Expose-Headers").contains("*"))
        let plain = try proxy.request("GET", "plain/x", [origin(Policy.local)])
        #expect(plain.value(of: "Access-Control-Allow-Credentials") == nil)
    }

    @Test func `a route can require an origin, and its errors carry its own policy`() throws {
        let proxy = try Gateway.proxy(
            Gateway.route(
                "/r/",
                to: "http://127.0.0.1:1/",
                #""cors": {"allowedOrigins": ["https://app.example"], "requireOrigin": true}"#
            )
        )
        #expect(try proxy.request("GET", "r/x").errorCode == "origin-required")
        let failing = try proxy.request("GET", "r/x", [origin(Policy.app)])
        #expect(failing.errorCode == "upstream-connect")
        #expect(failing.values(of: "Access-Control-Allow-Origin") == [Policy.app])
    }

    @Test func `a route whose policy is refused names its place`() throws {
        let text = try Gateway.refusal(
            of: Gateway.config([
                Gateway.route("/a/", to: "http://h/"),
                Gateway.route(
                    "/b/",
                    to: "http://h/",
                    #""cors": {"allowedOrigins": ["https://App.example"]}"#
                ),
            ])
        )
        #expect(text.contains("routes[1].cors.allowedOrigins[0]"), "\(text)")
    }

    @Test func `hints name the key of the route, in answers, in the log and in explain`() throws {
        let lists = "\"cors\": {\"allowedOrigins\": [\"\(Policy.app)\"], \"allowedMethods\": [\"PUT\"]}"
        let config = Gateway.config(
            [
                Gateway.route("/a/", to: "http://127.0.0.1:1/"),
                Gateway.route("/r/", to: "http://127.0.0.1:1/", lists),
                Gateway.route("/s/", to: "http://127.0.0.1:1/", #""cors": {"maxAge": 5}"#),
            ],
            "\"cors\": \(Policy.list)"
        )
        let proxy = try ProxyProcess(config)
        let key = #"to routes[1].cors.allowedOrigins"#
        func body(_ path: String, _ origin: String, _ method: String = "GET") throws -> String {
            try proxy.request(method, path, ["Origin: \(origin)"]).text.replacing("\\\"", with: "\"")
        }
        #expect(try body("r/x", "https://a.example").contains(key))
        #expect(try body("r/x", "https://a.example", "OPTIONS").contains(key))
        #expect(try body("r/x", Policy.app, "PURGE").contains("to routes[1].cors.allowedMethods"))
        #expect(try body("r/x", "null").contains("Set routes[1].cors.allowNullOrigin"))
        // These two have no list of their own.
        #expect(try body("a/x", "https://a.example").contains("to cors.allowedOrigins"))
        #expect(try body("s/x", "https://a.example").contains("to cors.allowedOrigins"))
        let asked = ["Origin: \(Policy.app)", "Access-Control-Request-Method: PURGE"]
        #expect(try proxy.request("OPTIONS", "r/x", asked).status == 204)
        try eventually("the log names the key: \(proxy.child.standardOutput)") {
            proxy.child.standardOutput.contains("Add \"PURGE\" to routes[1].cors.allowedMethods.")
                && proxy.child.standardOutput.contains(key)
        }
    }

    @Test func `an image of another site does not reach a route that lists origins`() throws {
        let upstream = try ScriptedUpstream.named("reached")
        let proxy = try Gateway.proxy(Gateway.route("/r/", to: upstream.url()))
        #expect(
            try proxy.request("GET", "r/x", ["Sec-Fetch-Site: cross-site"]).errorCode == "cross-site-denied"
        )
        #expect(upstream.openedConnections == 0)
    }
}
