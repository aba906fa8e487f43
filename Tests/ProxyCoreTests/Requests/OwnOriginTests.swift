import CORSPolicy
import HTTPSyntax
import Testing

@testable import ProxyCore

/// Requests that a page of a route makes to its own origin.
@Suite struct OwnOriginTests {
    private static func route(_ path: String, hosts: [String] = [], _ documents: DocumentOrigin = .byHost)
        throws
        -> Route
    {
        Route(
            path: path,
            hosts: hosts,
            target: target("api.example", scheme: .https),
            rules: ForwardRules(
                number: 1,
                policy: try TestPolicy.list(),
                redirects: .rewrite,
                documents: documents
            )
        )
    }

    /// What a request from a page of `origin` comes to: `forward`, or the code and the hint of an error.
    private func outcome(
        of method: String = "POST",
        from origin: String,
        to host: String,
        path: String = "/login",
        allowed: [String] = ["localhost", "*.localhost", "shop.example"],
        routes: [Route]? = nil,
        source: RequestSource = RequestSource(scheme: "http"),
        _ fields: [String] = []
    ) throws -> String {
        let rules = ProxyRules(
            allowedHosts: AllowedHosts(try allowed.map { try HostPattern(parsing: $0) }),
            basePath: "/",
            policy: try TestPolicy.list(),
            prefix: nil,
            routes: RouteTable(
                try routes ?? [Self.route("/shop/", hosts: ["shop.localhost"]), Self.route("/other/")]
            ),
            refusesUntrustedForwarders: false
        )
        let head = try requestHead(
            "\(method) \(path) HTTP/1.1",
            ["Host: \(host)", "Origin: \(origin)"] + fields
        )
        switch rules.plan(head, .test, from: source).step {
        case .forward: return "forward"
        case .preflight: return "preflight"
        case .refuse(let error): return "\(error.code.rawValue): \(error.hint)"
        default: return "?"
        }
    }

    @Test(arguments: ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PURGE"])
    func `a page under a route's own host asks its own origin by every method`(method: String) throws {
        let origin = "http://shop.localhost:8080"
        #expect(try outcome(of: method, from: origin, to: "shop.localhost:8080") == "forward")
    }

    @Test(arguments: [
        ("http://shop.localhost:8080", "shop.localhost:8081"),
        ("http://shop.localhost", "shop.localhost:8080"),
        ("https://shop.localhost:8080", "shop.localhost:8080"),
        ("http://SHOP.localhost:8080", "shop.localhost:8080"),
        ("http://shop.localhost:8080/", "shop.localhost:8080"),
        ("http://x.shop.localhost:8080", "shop.localhost:8080"),
        ("null", "shop.localhost:8080"), ("", "shop.localhost:8080"), ("http://", "shop.localhost:8080"),
        ("http://evil.example", "shop.localhost:8080"),
        ("http://shop.localhost:8080.evil.example", "shop.localhost:8080"),
    ])
    func `any other origin is held to the policy`(origin: String, host: String) throws {
        #expect(try outcome(from: origin, to: host).hasPrefix("origin-denied"))
    }

    @Test(arguments: [
        ("http", "http://shop.localhost", "shop.localhost"),
        ("http", "http://shop.localhost", "shop.localhost:80"),
        ("https", "https://shop.localhost", "shop.localhost:443"),
        ("https", "https://shop.localhost:80", "shop.localhost:80"), ("http", "http://[::1]:81", "[::1]:81"),
    ])
    func `a port that browsers leave out may stand in Host`(scheme: String, origin: String, host: String)
        throws
    {
        let result = try outcome(
            from: origin,
            to: host,
            allowed: ["[::1]", "shop.localhost"],
            routes: [Self.route("/")],
            source: RequestSource(scheme: scheme)
        )
        #expect(result == "forward")
    }

    @Test func `where pages of the route are sandboxed there is no such origin`() throws {
        let origin = "http://localhost:8080"
        let own =
            "origin-denied: This is the proxy's own origin, which is not to be listed: serve the page from another one."
        #expect(try outcome(from: origin, to: "localhost:8080", path: "/shop/x") == own)
        let sandboxed = try [Self.route("/", .opaque)]
        #expect(try outcome(from: origin, to: "localhost:8080", routes: sandboxed) == own)
        // A path of another route under the same origin is another's.
        let byHand = try [Self.route("/shop/", .own), Self.route("/other/")]
        #expect(try outcome(from: origin, to: "localhost:8080", path: "/shop/x", routes: byHand) == "forward")
        #expect(try outcome(from: origin, to: "localhost:8080", path: "/other/x", routes: byHand) == own)
    }

    @Test func `a name that only the asterisk covers may be anyone's`() throws {
        let origin = "http://shop.example:8080"
        let routes = try [Self.route("/")]
        func ask(_ allowed: [String], _ routes: [Route]) throws -> String {
            try outcome(from: origin, to: "shop.example:8080", allowed: allowed, routes: routes)
        }
        #expect(
            try ask(["*"], routes)
                == "origin-denied: This is the page's own host, which only \"*\" covers: name it in allowedHosts."
        )
        #expect(try ask(["*", "shop.example"], routes) == "forward")
        #expect(try ask(["*.example"], routes) == "forward")
        #expect(try ask(["*"], [Self.route("/", hosts: ["shop.example"])]) == "forward")
    }

    @Test func `behind a trusted server its scheme and host are the origin's`() throws {
        let fields = ["X-Forwarded-Proto: https", "X-Forwarded-Host: shop.example"]
        let routes = try [Self.route("/")]
        func ask(_ origin: String, _ source: RequestSource, _ fields: [String]) throws -> String {
            try outcome(from: origin, to: "localhost:8080", routes: routes, source: source, fields)
        }
        let trusted = RequestSource(scheme: "http", isTrusted: true)
        #expect(try ask("https://shop.example", trusted, fields) == "forward")
        #expect(try ask("http://localhost:8080", trusted, fields).hasPrefix("origin-denied"))
        #expect(try ask("http://localhost:8080", trusted, []) == "forward")
        // What a stranger says of itself does not count.
        let stranger = RequestSource(scheme: "http", standing: .stranger(.field))
        #expect(try ask("https://shop.example", stranger, fields).hasPrefix("origin-denied"))
        #expect(
            try outcome(from: "https://shop.example", to: "shop.example", routes: routes)
                == "origin-denied: If a server in front speaks https for the proxy, name it in trustedProxies."
        )
        // Nor does a host that nothing names, whoever says it.
        let evil = ["X-Forwarded-Host: evil.example"]
        #expect(try ask("http://evil.example", trusted, evil).hasPrefix("origin-denied"))
    }

    @Test func `a preflight is answered as any other`() throws {
        let fields = ["Access-Control-Request-Method: PUT"]
        let result = try outcome(
            of: "OPTIONS",
            from: "http://shop.localhost:8080",
            to: "shop.localhost:8080",
            fields
        )
        #expect(result == "preflight")
    }
}
