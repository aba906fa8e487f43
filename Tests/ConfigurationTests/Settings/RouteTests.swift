import CORSPolicy
import Testing

@testable import Configuration

struct RouteTests {
    private func route(_ keys: String, _ rest: String = "") -> String {
        #"{"routes": [{"path": "/a/", "target": "https://a.example/v1/"\#(keys)}]\#(rest)}"#
    }

    @Test func `reads a route`() throws {
        let settings = try load(
            #"""
            { "routes": [{
              "name": "weather", "path": "/weather/", "target": "HTTPS://api.example:8443/v2/",
              "methods": ["get", "PATCH"],
              "request": { "setHeaders": { "X-A": "1" }, "removeHeaders": ["Referer"], "setQuery": { "q": "a&b c" } },
              "response": { "setHeaders": { "X-B": "2" }, "removeHeaders": ["Server"] },
              "redirects": { "mode": "pass", "max": 2 }, "cookies": "strip", "hosts": ["W.Example", "[::1]"],
              "webSockets": false,
              "clientKeys": ["0123456789abcdef"],
              "rate": { "requests": 60, "per": "90s", "burst": 20, "key": "clientKey", "exempt": ["https://b.example"] },
              "upstream": { "responseTimeout": "20s" }
            }] }
            """#
        )
        let route = try #require(settings.routes.first)
        #expect(route.name == "weather")
        #expect(route.path == "/weather/")
        #expect(route.target.text == "https://api.example:8443/v2/")
        #expect(!route.isTargetSecret)
        #expect(route.methods == ["GET", "PATCH"])
        #expect(route.request.setHeaders == [.init(name: "X-A", value: "1")])
        #expect(route.request.removeHeaders == ["Referer"])
        #expect(route.setQuery == [.init(name: "q", value: "a&b c")])
        #expect(route.response.setHeaders == [.init(name: "X-B", value: "2")])
        #expect(route.response.removeHeaders == ["Server"])
        #expect(route.redirects == RedirectSettings(mode: .pass, max: 2))
        #expect(route.cookies == .strip)
        #expect(!route.webSockets)
        #expect(route.hosts == ["w.example", "[::1]"])
        #expect(route.clientKeys.map(\.text) == ["0123456789abcdef"])
        #expect(route.upstream.responseTimeout == .seconds(20))
        let rate = try #require(route.rate)
        #expect([rate.requests, rate.burst] == [60, 20])
        #expect(rate.per == .seconds(90) && rate.key == .clientKey && rate.exempt == ["https://b.example"])
        #expect(!settings.isUntouchedDefault)
    }

    @Test(arguments: [
        ("ws://a.example", "http://a.example/"), ("WSS://a.example:8443/x", "https://a.example:8443/x"),
        ("Http://a.example/", "http://a.example/"),
    ])
    func `takes ws for http and wss for https, by a flag too`(target: String, meant: String) throws {
        let ofFile = try load("{\"routes\": [{\"path\": \"/a\", \"target\": \"\(target)\"}]}").routes
        for route in try ofFile + load(nil, flags: Flags(to: target)).routes {
            #expect(route.target.text == meant)
            #expect(route.target.url.serialized == meant)
        }
    }

    @Test func `settles what a route leaves out`() throws {
        let route = try #require(try load(route("")).routes.first)
        #expect(route.name == nil && route.methods == nil && route.rate == nil)
        #expect(route.redirects == RedirectSettings(mode: .rewrite, max: 5))
        #expect(route.cookies == .strip && route.webSockets)
        #expect(route.hosts == [] && route.clientKeys == [] && route.setQuery == [])
        #expect(route.cors == CORSConfiguration() && route.upstream == UpstreamSettings())
    }

    @Test func `takes the global policy and upstream key by key, wherever they stand`() throws {
        let json = route(
            #", "cors": {"maxAge": 9}, "upstream": {"idleTimeout": "1s", "proxy": "env"}"#,
            #", "cors": {"maxAge": 8, "timingAllowOrigin": true}, "upstream": {"proxy": "none", "connectTimeout": "3s"}"#
        )
        let settings = try load(json, flags: Flags(allowOrigins: ["https://f.example"]))
        let route = try #require(settings.routes.first)
        #expect(route.cors.maxAge == 9 && route.cors.timingAllowOrigin)
        #expect(route.cors.allowedOrigins == ["https://f.example"])
        #expect(route.upstream.proxy == .environment)
        #expect([route.upstream.idleTimeout, route.upstream.connectTimeout] == [.seconds(1), .seconds(3)])
        #expect(settings.cors.maxAge == 8 && settings.upstream.idleTimeout == .seconds(60))
    }

    @Test(
        arguments: [
            (nil, nil, nil), ("target", nil, "target"), ("target", "page", "page"), (nil, "none", "none"),
        ] as [(String?, String?, String?)]
    )
    func `takes from the global upstream which Origin is sent, where it says none itself`(
        global: String?,
        own: String?,
        expected: String?
    ) throws {
        let section = { (origin: String?) in origin.map { #", "upstream": {"origin": "\#($0)"}"# } ?? "" }
        let settings = try load(route(section(own), section(global)))
        #expect(settings.routes.map(\.upstream.origin?.rawValue) == [expected])
    }

    @Test func `rescopes cookies by default with credentials, or on hosts of the route's own`() throws {
        let credentials = #""cors": {"allowedOrigins": ["https://p.example"], "allowCredentials": true}"#
        #expect(try load(route(", \(credentials)")).routes.map(\.cookies) == [.rescope])
        #expect(try load(route(#", "hosts": ["h.example"]"#)).routes.map(\.cookies) == [.rescope])
        #expect(try load(route(", \(credentials), \"cookies\": \"strip\"")).routes.map(\.cookies) == [.strip])
        #expect(try load("{\(credentials)}").prefix.cookies == .rescope)
        #expect(try load("{}").prefix.cookies == .strip)
    }

    @Test func `serves a named route under a host name of its own`() throws {
        #expect(try load(route(#", "name": "GitHub""#)).routes.map(\.hosts) == [["github.localhost"]])
        #expect(try load(route(#", "name": "git.hub""#)).routes.map(\.hosts) == [[]])
        #expect(try load(route(#", "name": "a", "hosts": []"#)).routes.map(\.hosts) == [[]])
        let elsewhere = route(#", "name": "a""#, #", "allowedHosts": ["p.example"]"#)
        #expect(try load(elsewhere).routes.map(\.hosts) == [[]])
        let taken =
            #"{"routes": [{"name": "a", "path": "/a", "target": "http://a.example"}, {"path": "/b", "target": "http://b.example", "hosts": ["a.localhost"]}]}"#
        #expect(try load(taken).routes.map(\.hosts) == [[], ["a.localhost"]])
    }

    @Test func `answers to the hosts of routes`() throws {
        let settings = try load(
            route(#", "hosts": ["h.example", "x.p.example"]"#, #", "allowedHosts": ["*.p.example"]"#)
        )
        #expect(settings.allowedHosts == ["*.p.example", "h.example"])
    }

    @Test func `lets scripts send the client key that is asked of them`() throws {
        let key = #""clientKeys": ["0123456789abcdef"]"#
        let listed = #", "cors": {"allowedHeaders": ["X-A"]}"#
        #expect(
            try load(route(", \(key)", listed)).routes.map(\.cors.allowedHeaders) == [["X-A", "X-Proxy-Key"]]
        )
        #expect(try load(route("", ", \(key)\(listed)")).routes.map(\.cors.allowedHeaders) == [["X-A"]])
        #expect(try load("{\(key)\(listed)}").cors.allowedHeaders == ["X-A", "X-Proxy-Key"])
        #expect(try load("{\(key)}").cors.allowedHeaders == ["*", "Authorization"])
    }

    @Test func `reads rules in their order`() throws {
        let rules = try load(
            #"""
            { "rules": [
              { "match": { "url": "wss://a.example/**", "methods": ["GET"] },
                "request": { "setHeaders": { "Referer": "https://b.example/" }, "removeHeaders": ["Accept"] },
                "response": { "setHeaders": { "X-A": "1" }, "removeHeaders": ["X-Frame-Options"] } },
              { "match": { "url": "*", "methods": "*" } }
            ] }
            """#
        ).rules
        #expect(rules.map(\.url.text) == ["wss://a.example/**", "*"])
        #expect(rules[0].url.host == "a.example" && !rules[0].url.pattern.allowsPlainHTTP)
        #expect(rules.map(\.methods) == [["GET"], nil])
        #expect(rules[0].request.setHeaders == [.init(name: "Referer", value: "https://b.example/")])
        #expect(rules[0].request.removeHeaders == ["Accept"])
        #expect(rules[0].response.setHeaders == [.init(name: "X-A", value: "1")])
        #expect(rules[0].response.removeHeaders == ["X-Frame-Options"])
        #expect(rules[1].request == FieldRules())
    }

    @Test func `warns of a route that leads to the proxy itself`() throws {
        let targets = [
            ("http://127.0.0.1:8080/x", true), ("http://LOCALHOST:8080", true),
            ("http://a.localhost:8080", true),
            ("http://127.0.0.1:8081", false), ("http://127.0.0.2:8080", false),
            ("http://a.example:8080", false),
        ]
        for (target, isWarned) in targets {
            let json = "{\"routes\": [{\"path\": \"/a\", \"target\": \"\(target)\"}]}"
            let warnings = try load(json).warnings.map(\.description)
            #expect(warnings.isEmpty == !isWarned, "\(target)")
            #expect(
                warnings.allSatisfy {
                    $0.hasPrefix("test.json:1:38: warning: routes[0].target: The route leads to the proxy")
                }
            )
        }
    }

    @Test func `reads where redirects of a route are followed to, and warns where none is`() throws {
        func settings(_ mode: String) throws -> Settings {
            let redirects =
                "{\"mode\": \"\(mode)\", \"targets\": [\"*.cdn.example\", \"https://b.example/x/**\"]}"
            return try load(route(", \"redirects\": \(redirects)"))
        }
        let followed = try settings("follow")
        #expect(
            followed.routes.first?.redirects.targets.map(\.text) == [
                "*.cdn.example", "https://b.example/x/**",
            ]
        )
        #expect(followed.warnings == [])
        for mode in ["rewrite", "pass"] {
            #expect(try settings(mode).warnings.map(\.path) == ["routes[0].redirects.targets"])
        }
    }

    @Test func `warns of a route that hides the prefix form`() throws {
        let json = #"{"routes": [{"path": "/", "target": "http://a.example"}]"#
        #expect(
            try load(json + "}").warnings.map(\.description) == [
                "test.json:1:22: warning: routes[0].path: The route takes every path, so the prefix form is never reached. Write a longer path, or set prefix.enabled to false."
            ]
        )
        #expect(try load(json + #", "prefix": {"enabled": false}}"#).warnings == [])
    }
}
