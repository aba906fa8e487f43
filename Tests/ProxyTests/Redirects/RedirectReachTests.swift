import TestSupport
import Testing

/// A route's redirects that are followed here lead no further than its client may go.
@Suite struct RedirectReachTests {
    private static let key = "s3cr3t-key-9f8e7d6c"
    private static let edits = #""request": {"setHeaders": {"X-Api-Key": "${env:API_KEY}"}}"#

    /// A route `/r/` that follows redirects and adds a key; its API redirects `/v2/start` with a status.
    private static func proxy(
        _ api: ScriptedUpstream,
        targets: String = "[]",
        _ more: String = "",
        routes: [String] = [],
        rest: String = ""
    ) throws -> ProxyProcess {
        let redirects = "\"redirects\": {\"mode\": \"follow\", \"targets\": \(targets)}"
        let route = Gateway.route(
            "/r/",
            to: api.url("/v2/"),
            "\(edits), \(redirects)\(more.isEmpty ? "" : ", \(more)")"
        )
        return try Gateway.start(
            Gateway.config([route] + routes, rest),
            environment: ["API_KEY": key]
        )
    }

    private static func api(_ location: String, status: Int = 302) throws -> ScriptedUpstream {
        try ScriptedUpstream { request in
            request.target.hasPrefix("/v2/start")
                ? Answer.redirect(status, to: location) : Answer.text("followed")
        }
    }

    /// What the prefix form may ask of its clients, so that a hop through it is theirs to make.
    static let closings = [
        #""prefix": {"enabled": false}"#,
        #""prefix": {"targets": {"allow": ["https://only.example"]}}"#,
        #""prefix": {"targets": {"allow": ["*"], "deny": ["127.0.0.1"]}}"#,
        #""prefix": {"requireHeaders": ["X-Requested-With"]}"#,
        #""clientKeys": ["a-key-of-the-prefix-form"]"#,
        #""cors": {"allowedOrigins": ["https://app.example"]}"#,
        #""cors": {"allowedOrigins": ["http://localhost:*"], "deniedOrigins": ["http://localhost:3000"]}"#,
    ]

    @Test(arguments: closings, [302, 307])
    func `a redirect to where the client could not go by the prefix form is not followed`(
        closing: String,
        status: Int
    ) throws {
        let other = try ScriptedUpstream.named("reached")
        // The path is one of the target's, the origin is not.
        let api = try Self.api(other.url("/v2/x?y#z"), status: status)
        let cors = #""cors": {"allowedOrigins": ["http://localhost:*"], "deniedOrigins": []}"#
        let proxy = try Self.proxy(api, cors, rest: closing)
        let response = try proxy.request("GET", "r/start", [origin(Policy.local)])
        #expect(response.status == status, "\(response)")
        let location = try #require(response.value(of: "Location"))
        #expect(location.hasSuffix(other.url("/v2/x?y#z")), "\(location)")
        #expect(response.value(of: "Access-Control-Allow-Origin") == Policy.local)
        #expect(!"\(response.head)\(response.text)".contains(Self.key))
        #expect(other.openedConnections == 0)
        #expect(api.targets == ["/v2/start"])
    }

    @Test func `a redirect is followed where the client could go by the prefix form, without the secret`()
        throws
    {
        let other = try ScriptedUpstream { _ in
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n<p>a"
        }
        let api = try Self.api(other.url("/x"))
        let proxy = try Self.proxy(api, #""documents": "own""#)
        let response = try proxy.request("GET", "r/start", [origin(Policy.local)])
        #expect(response.text == "<p>a")
        #expect(other.requests.map { $0.value(of: "X-Api-Key") } == [nil])
        // As in the prefix form: another target's pages must not run as the origin of the proxy.
        #expect(response.values(of: "Content-Security-Policy").contains { $0.contains("sandbox") })
        let own = try proxy.request("GET", "r/x", [origin(Policy.local)])
        #expect(own.value(of: "Content-Security-Policy") == nil)
    }

    @Test func `a redirect is followed to where redirects dot targets names it, without the secret`() throws {
        let cdn = try ScriptedUpstream.named("from the CDN")
        let api = try Self.api(cdn.url("/files/a"))
        for (targets, isFollowed) in [
            (#"["http://127.0.0.1:\#(cdn.port)"]"#, true), (#"["\#(cdn.url("/files/**"))"]"#, true),
            (#"["\#(cdn.url("/other/**"))"]"#, false), (#"["*.example", "https://127.0.0.1:*"]"#, false),
        ] {
            let asked = cdn.requests.count
            let proxy = try Self.proxy(api, targets: targets, rest: #""prefix": {"enabled": false}"#)
            let response = try proxy.request("GET", "r/start", [origin(Policy.local)])
            #expect(response.status == (isFollowed ? 200 : 302), "\(targets) \(response)")
            #expect(cdn.requests.count == asked + (isFollowed ? 1 : 0))
        }
        for request in cdn.requests { #expect(!"\(request.head)".contains(Self.key)) }
    }

    @Test func `what was left behind at another origin does not come back with the redirect`() throws {
        let own = try ScriptedUpstream { request in
            request.target.hasPrefix("/v2/start")
                ? Answer.redirect(302, to: request.value(of: "X-Over") ?? "") : Answer.text("back")
        }
        let other = try ScriptedUpstream { _ in Answer.redirect(302, to: own.url("/v2/next?appid=mine")) }
        let edits =
            #""request": {"setHeaders": {"X-Api-Key": "${env:API_KEY}"}, "setQuery": {"appid": "${env:API_KEY}"}}"#
        let proxy = try Gateway.start(
            Gateway.config([
                Gateway.route("/r/", to: own.url("/v2/"), "\(edits), \"redirects\": {\"mode\": \"follow\"}")
            ]),
            environment: ["API_KEY": Self.key]
        )
        let fields = [origin(Policy.local), "X-Over: \(other.url("/over"))", "Authorization: Bearer mine"]
        let response = try proxy.request("GET", "r/start", fields)
        #expect(response.text == "back", "\(response)")
        #expect(own.targets == ["/v2/start?appid=\(Self.key)", "/v2/next"])
        let last = try #require(own.requests.last)
        #expect(!"\(last.head)".contains(Self.key))
        #expect(last.value(of: "Authorization") == nil)
        for request in other.requests { #expect(!"\(request.head)".contains(Self.key)) }
    }

    @Test func `each hop is checked, not only the first`() throws {
        let denied = try ScriptedUpstream.named("reached")
        let cdn = try ScriptedUpstream { _ in Answer.redirect(302, to: denied.url("/x")) }
        let api = try Self.api(cdn.url("/hop"))
        let proxy = try Self.proxy(
            api,
            targets: #"["http://127.0.0.1:\#(cdn.port)"]"#,
            rest: #""prefix": {"enabled": false}"#
        )
        let response = try proxy.request("GET", "r/start", [origin(Policy.local)])
        #expect(response.status == 302)
        #expect(response.value(of: "Location") == denied.url("/x"))
        #expect(cdn.requests.count == 1)
        #expect(denied.openedConnections == 0)
    }

    @Test func `a redirect into another route goes back, for that route to decide`() throws {
        let inner = try ScriptedUpstream.named("reached")
        let api = try Self.api(inner.url("/secret/x"))
        let proxy = try Self.proxy(
            api,
            routes: [
                Gateway.route(
                    "/inner/",
                    to: inner.url("/secret/"),
                    #""clientKeys": ["a-key-of-the-route-1"]"#
                )
            ]
        )
        let response = try proxy.request("GET", "r/start", [origin(Policy.local)])
        #expect(response.status == 302)
        #expect(proxy.location(response) == "http://\(proxy.authority)/inner/x")
        #expect(inner.openedConnections == 0)
        #expect(try proxy.request("GET", "inner/x").errorCode == "client-key-required")
    }

    @Test(arguments: ["/admin", "/v2/../admin", "/v22/x", "/v2/%2e%2e/admin", "/v2/a%2f..%2f..%2fadmin"])
    func `a redirect out of the target's path is not followed with the secret`(location: String) throws {
        let api = try Self.api(location)
        let proxy = try Self.proxy(api, rest: #""prefix": {"enabled": false}"#)
        let response = try proxy.request("GET", "r/start", [origin(Policy.local)])
        #expect(response.status == 302, "\(response)")
        #expect(api.targets == ["/v2/start"])
    }

    @Test(arguments: [302, 307, 308])
    func `a redirect that goes back after the method has changed says so`(status: Int) throws {
        let other = try ScriptedUpstream.named("reached")
        let api = try ScriptedUpstream { request in
            request.target == "/v2/start"
                ? Answer.redirect(303, to: "/v2/next") : Answer.redirect(status, to: other.url("/x"))
        }
        let proxy = try Self.proxy(api, rest: #""prefix": {"enabled": false}"#)
        for (method, expected) in [("PUT", 303), ("POST", 303), ("GET", status), ("HEAD", status)] {
            let body = method == "PUT" || method == "POST" ? "x" : nil
            let response = try proxy.request(method, "r/start", [origin(Policy.local)], body: body)
            // After 307 a browser would send its PUT and the body to the other target.
            #expect(response.status == expected, "\(method)")
            #expect(response.value(of: "Location") == other.url("/x"))
            #expect(api.requests.last?.method == (method == "HEAD" ? "HEAD" : "GET"))
        }
    }

    @Test func `a redirect that asks for a method that the route lacks is not followed`() throws {
        let api = try Self.api("/v2/next", status: 303)
        let proxy = try Self.proxy(api, #""methods": ["POST"]"#)
        let response = try proxy.request("POST", "r/start", [origin(Policy.local)], body: "x")
        #expect(response.status == 303)
        #expect(proxy.location(response) == "http://\(proxy.authority)/r/next")
        #expect(api.targets == ["/v2/start"])
    }
}
