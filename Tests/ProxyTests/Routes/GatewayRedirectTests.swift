import TestSupport
import Testing

/// Redirects of a route's target: the browser stays on the proxy where it can.
@Suite struct GatewayRedirectTests {
    /// An upstream that redirects `/v2/start` and answers everything else.
    private func upstream(_ location: String, status: Int = 302) throws -> ScriptedUpstream {
        try ScriptedUpstream { request in
            request.target.hasPrefix("/v2/start")
                ? Answer.redirect(status, to: location) : Answer.text("arrived")
        }
    }

    @Test(arguments: [
        ("next", "/r/next"), ("/v2/next", "/r/next"), ("/v2/", "/r/"), ("/v2/a?b=c", "/r/a?b=c"),
        ("/v2/a#frag", "/r/a#frag"), ("/v2/a?b#/c?d", "/r/a?b#/c?d"), ("?page=2", "/r/start?page=2"),
        ("../v2/x", "/r/x"), ("a%20b;c", "/r/a%20b;c"),
    ])
    func `a Location under the target leads back through the route`(location: String, path: String) throws {
        let upstream = try upstream(location)
        let proxy = try Gateway.proxy(Gateway.route("/r/", to: upstream.url("/v2/")))
        let response = try proxy.request("GET", "r/start", [origin(Policy.local)])
        #expect(response.status == 302)
        #expect(proxy.location(response) == "http://\(proxy.authority)\(path)")
        #expect(upstream.requests.count == 1)
    }

    @Test func `an absolute Location leads back under any route's reach, by the longest target`() throws {
        let other = try ScriptedUpstream.named("other")
        for (location, path) in [
            (other.url("/x"), "/other/x"), (other.url("/deep/x#f"), "/deep/x#f"),
            (other.url("/deeper"), "/other/deeper"),
            (other.url("/deep"), "/deep"), ("//\(other.authority)/y", "/other/y"),
            ("HTTP://\(other.authority)/x", "/other/x"),
        ] {
            let upstream = try upstream(location)
            let proxy = try Gateway.proxy(
                Gateway.route("/r/", to: upstream.url("/v2/")),
                Gateway.route("/other/", to: other.url("/")),
                Gateway.route("/deep", to: other.url("/deep"))
            )
            let response = try proxy.request("GET", "r/start")
            #expect(proxy.location(response) == "http://\(proxy.authority)\(path)", "\(location)")
        }
    }

    @Test func `a Location outside every route leads through the prefix form where that may go there`() throws
    {
        let other = try ScriptedUpstream.named("other")
        for location in [other.url("/x?y#z"), other.url("/v2/x"), "/login", "/v2/../admin", "/v22/x"] {
            let upstream = try upstream(location)
            let route = Gateway.route("/r/", to: upstream.url("/v2/"))
            let absolute =
                switch location {
                case "/v2/../admin": upstream.url("/admin")
                default: location.hasPrefix("/") ? upstream.url(location) : location
                }
            let open = try Gateway.proxy(route)
            let through = try open.request("GET", "r/start")
            #expect(open.location(through) == "http://\(open.authority)/\(absolute)", "\(location)")
            for closing in [
                #""prefix": {"enabled": false}"#,
                #""prefix": {"targets": {"allow": ["https://only.example"]}}"#,
            ] {
                let closed = try Gateway.proxy(route, more: closing)
                // Left relative, it would name a path of the proxy.
                let passed = try closed.request("GET", "r/start")
                #expect(passed.value(of: "Location") == absolute, "\(closing) \(location)")
            }
        }
    }

    @Test func `a client's Authorization does not follow a rewritten Location to another origin`() throws {
        let other = try ScriptedUpstream.named("other")
        let upstream = try upstream(other.url("/x"))
        let proxy = try Gateway.proxy(
            Gateway.route("/r/", to: upstream.url("/v2/")),
            Gateway.route("/other/", to: other.url("/"))
        )
        let response = try proxy.request(
            "GET",
            "r/start",
            [origin(Policy.local), "Authorization: Bearer for-upstream"]
        )
        // To the browser both are one origin, so that it would send the field again.
        let location = try #require(proxy.location(response))
        #expect(!location.hasPrefix("http://\(proxy.authority)/"), "\(location)")
    }

    @Test func `follow asks the next target here`() throws {
        let upstream = try upstream("/v2/next")
        let proxy = try Gateway.proxy(
            Gateway.route("/r/", to: upstream.url("/v2/"), #""redirects": {"mode": "follow"}"#)
        )
        let response = try proxy.request("GET", "r/start", [origin(Policy.local)])
        #expect(response.text == "arrived")
        #expect(upstream.targets == ["/v2/start", "/v2/next"])
    }

    @Test func `pass leaves Location as it is`() throws {
        let upstream = try upstream("/v2/next#f")
        let proxy = try Gateway.proxy(
            Gateway.route("/r/", to: upstream.url("/v2/"), #""redirects": {"mode": "pass"}"#)
        )
        #expect(try proxy.request("GET", "r/start").value(of: "Location") == "/v2/next#f")
    }

    @Test func `the prefix form rewrites a Location into a route's reach too`() throws {
        let upstream = try upstream("/v2/next")
        let proxy = try Gateway.proxy(
            Gateway.route("/r/", to: upstream.url("/v2/")),
            more: #""prefix": {"redirects": {"mode": "rewrite"}}"#
        )
        let response = try proxy.request("GET", upstream.url("/v2/start"))
        let location = try #require(proxy.location(response))
        #expect(
            ["/r/next", "/\(upstream.url("/v2/next"))"].contains {
                location == "http://\(proxy.authority)\($0)"
            },
            "\(location)"
        )
    }

    @Test(arguments: ["ftp://h/x", "http://u:p@h/x", "http://[::1", "javascript:alert(1)"])
    func `a Location that leads nowhere is passed as it is`(location: String) throws {
        let upstream = try upstream(location)
        let proxy = try Gateway.proxy(Gateway.route("/r/", to: upstream.url("/v2/")))
        let response = try proxy.request("GET", "r/start")
        #expect(response.status == 302)
        #expect(response.value(of: "Location") == location)
    }
}
