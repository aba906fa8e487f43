import CORSPolicy
import HTTPSyntax
import Testing

@testable import ProxyCore

/// When the origin in Referer may stand for an absent Origin.
@Suite struct RefererOriginTests {
    /// A proxy on ports 8080 and 8443 with a path `/cdn/`, a route with a secret, and hosts of a third one.
    private static func rules(allowed: [String], _ change: (inout CORSConfiguration) -> Void = { _ in })
        throws
        -> ProxyRules
    {
        let policy = try TestPolicy.list {
            $0.allowedOrigins = [
                "https://app.example", "http://localhost:*", "http://127.0.0.1:*", "http://*.localhost:*",
                "https://localhost:*", "https://*.cors.example", "https://cors.example",
            ]
            change(&$0)
        }
        func route(_ path: String, hosts: [String] = [], cookies: CookieMode = .strip, secret: Bool = false)
            throws -> Route
        {
            Route(
                path: path,
                hosts: hosts,
                target: target("api.example", path, scheme: .https),
                rules: ForwardRules(
                    number: 1,
                    policy: policy,
                    redirects: .follow(maximum: 5),
                    cookies: cookies,
                    holdsSecret: secret
                )
            )
        }
        let secretRule = HeaderRule(
            pattern: try TargetPattern(parsing: "https://api.example/ruled/**"),
            methods: ["GET"],
            requestEdits: FieldEdits(removals: [], additions: []),
            responseEdits: FieldEdits(removals: [], additions: []),
            addsSecrets: true
        )
        return ProxyRules(
            allowedHosts: AllowedHosts(try allowed.map { try HostPattern(parsing: $0) }),
            basePath: "/",
            policy: policy,
            prefix: PrefixRules(
                targets: TargetRules(allow: [try TargetPattern(parsing: "*")], deny: []),
                requiredFields: [],
                redirectsSameOrigin: true,
                forward: ForwardRules(number: 0, policy: policy, redirects: .follow(maximum: 5))
            ),
            routes: RouteTable(
                try [
                    route("/cdn/"), route("/secret/", secret: true), route("/ruled/"),
                    route("/shop/", hosts: ["shop.localhost"], cookies: .rescope),
                    route("/own/", hosts: ["own.localhost"]),
                ]
            ),
            headerRules: HeaderRules([secretRule]),
            ownPorts: [8080, 8443],
            refusesUntrustedForwarders: false
        )
    }

    private static let named = ["localhost", "127.0.0.1", "[::1]", "*.localhost", "cors.example"]

    /// `forward`, or the code of an error.
    private func outcome(
        _ referer: String,
        _ site: String? = "cross-site",
        _ requestLine: String = "GET /cdn/x",
        host: String = "localhost:8080",
        allowed: [String] = named,
        from source: RequestSource? = nil,
        with fields: [String] = [],
        _ change: (inout CORSConfiguration) -> Void = { _ in }
    ) throws -> String {
        let lines = ["Host: \(host)", "Referer: \(referer)"] + (site.map { ["Sec-Fetch-Site: \($0)"] } ?? [])
        let head = try requestHead("\(requestLine) HTTP/1.1", lines + fields)
        let rules = try Self.rules(allowed: allowed, change)
        // What a loopback listener makes of it.
        let standing = rules.relaySign(of: head).map { ClientStanding.stranger($0) } ?? .local
        let plan = rules.plan(head, .test, from: source ?? RequestSource(scheme: "http", standing: standing))
        switch plan.step {
        case .forward(let destination): return destination.isEmbedded ? "embedded" : "forward"
        case .refuse(let error): return error.code.rawValue
        case .redirect: return "redirect"
        default: return "?"
        }
    }

    private static let refused = "cross-site-denied"

    @Test(
        arguments: [
            ("https://app.example/", "cross-site", "embedded"),
            ("https://app.example/page?q#f", "cross-site", "embedded"),
            ("https://app.example", "same-site", "embedded"),
            ("https://app.example:443/", "cross-site", "embedded"),
            ("https://evil.example/", "cross-site", refused),
            ("https://app.example.evil.example/", "cross-site", refused),
            ("https://evil.example/https://app.example/", "cross-site", refused),
            ("https://user@app.example/", "cross-site", refused),
            ("HTTPS://APP.EXAMPLE/", "cross-site", refused),
            ("app.example", "cross-site", refused), ("about:blank", "cross-site", refused),
            ("null", "cross-site", refused),
            ("https://app.example:99999/", "cross-site", refused), ("https:///", "cross-site", refused),
            ("https://app.example\\.evil.example/", "cross-site", refused), ("", "cross-site", refused),
            ("https://evil.example/", nil, "forward"), ("https://evil.example/", "same-origin", "forward"),
            ("https://evil.example/", "none", "forward"), ("https://app.example/", nil, "forward"),
        ] as [(String, String?, String)]
    )
    func `it is read whole, and has to be allowed`(referer: String, site: String?, wanted: String) throws {
        #expect(try outcome(referer, site) == wanted)
    }

    @Test(arguments: [
        ("HEAD /cdn/x", "embedded"), ("GET /https://api.example/x", "embedded"), ("GET /own/x", "embedded"),
        ("POST /cdn/x", refused), ("OPTIONS /cdn/x", refused), ("PUT /cdn/x", refused),
        ("GET /secret/x", refused), ("GET /ruled/x", refused), ("HEAD /ruled/x", "embedded"),
        ("GET /https://api.example/ruled/x", refused), ("GET /http://app.example/x", "embedded"),
    ])
    func `it counts for plain requests without a secret`(requestLine: String, wanted: String) throws {
        #expect(try outcome("https://app.example/", "cross-site", requestLine) == wanted)
    }

    @Test(arguments: [
        ["Authorization: Basic QTpC"],
        ["Referer: https://app.example/"], ["X-Forwarded-For: 203.0.113.9"], ["Via: 1.1 front"],
        ["Forwarded: for=203.0.113.9"], ["X-Forwarded-Host: cors.example"],
    ])
    func `no credentials, no second Referer, no server in front of unknown standing`(
        fields: [String]
    ) throws {
        #expect(try outcome("https://app.example/", with: fields) == Self.refused)
    }

    @Test func `of a handshake it is not asked`() throws {
        let fields = ["Connection: Upgrade", "Upgrade: websocket"]
        #expect(try outcome("https://app.example/", with: fields) == "websocket-version")
    }

    @Test func `credentials and a demand for an Origin take it away`() throws {
        let page = "https://app.example/"
        #expect(try outcome(page) { $0.allowCredentials = true } == Self.refused)
        #expect(try outcome(page) { $0.requireOrigin = true } == "origin-required")
        #expect(try outcome(page) { $0.deniedOrigins = ["https://app.example"] } == Self.refused)
        // A route's cookies under its own host need no credentials of the policy.
        #expect(try outcome(page, "cross-site", "GET /x", host: "shop.localhost:8080") == Self.refused)
        #expect(try outcome(page, "cross-site", "GET /shop/x") == "embedded")
        #expect(try outcome(page, "cross-site", "GET /x", host: "own.localhost:8080") == "embedded")
    }

    @Test(arguments: [
        // The proxy under the name that was asked, under another of its names, and at its other port.
        ("http://localhost:8080/", "cross-site"), ("http://localhost:8080/", "same-site"),
        ("http://127.0.0.1:8080/", "cross-site"), ("http://any.localhost:8080/", "cross-site"),
        ("https://localhost:8443/", "cross-site"), ("http://127.0.0.1:8443/", "cross-site"),
        ("http://shop.localhost:8080/", "cross-site"), ("http://own.localhost:8080/", "same-site"),
        ("http://127.0.0.2:8080/", "cross-site"),
    ])
    func `an origin under which the proxy answers never counts`(referer: String, site: String) throws {
        for allowed in [Self.named, ["*"]] {
            #expect(try outcome(referer, site, allowed: allowed) == Self.refused)
        }
    }

    @Test func `an origin of the proxy's site counts where the browser says that it is one`() throws {
        // The page of a development server beside the proxy; in a sandboxed frame of it the origin is opaque.
        #expect(try outcome("http://localhost:5173/", "same-site") == "embedded")
        #expect(try outcome("http://localhost:5173/", "cross-site") == Self.refused)
        #expect(try outcome("http://127.0.0.1:5173/", "cross-site") == "embedded")
        let secure = RequestSource(scheme: "https", standing: .stranger(nil))
        func ask(_ referer: String, _ site: String) throws -> String {
            try outcome(referer, site, host: "cors.example", from: secure)
        }
        #expect(try ask("https://a.cors.example/", "same-site") == "embedded")
        #expect(try ask("https://a.cors.example/", "cross-site") == Self.refused)
        #expect(try ask("https://cors.example:8000/", "cross-site") == Self.refused)
        #expect(try ask("https://cors.example/", "same-site") == Self.refused)
        // `example` is a public suffix here.
        #expect(try ask("https://app.example/", "cross-site") == "embedded")
        // Another scheme is another site.
        #expect(try ask("http://localhost:5173/", "cross-site") == "embedded")
        #expect(
            try outcome("http://a.b.localhost:5173/", "cross-site", host: "b.localhost:8080") == Self.refused
        )
    }

    @Test func `on a public address no server in front may show`() throws {
        let secure = RequestSource(scheme: "https", standing: .stranger(nil))
        func ask(_ fields: [String]) throws -> String {
            try outcome("https://app.example/", host: "cors.example", from: secure, with: fields)
        }
        #expect(try ask([]) == "embedded")
        for field in ["X-Forwarded-For: 203.0.113.9", "Via: 1.1 front", "X-Forwarded-Proto: https"] {
            #expect(try ask([field]) == Self.refused)
        }
        // On a loopback address a public name in Host shows one.
        #expect(try outcome("https://app.example/", host: "cors.example") == Self.refused)
    }

    @Test func `what ends TLS in front and says nothing of it hides no own origin`() throws {
        let plain = RequestSource(scheme: "http", standing: .stranger(nil))
        func ask(_ referer: String, _ site: String, allowed: [String] = Self.named) throws -> String {
            try outcome(referer, site, host: "cors.example", allowed: allowed, from: plain)
        }
        #expect(try ask("https://cors.example/", "cross-site") == Self.refused)
        #expect(try ask("https://cors.example/", "same-site", allowed: ["*"]) == Self.refused)
        #expect(try ask("https://a.cors.example/", "cross-site") == Self.refused)
        #expect(try ask("https://a.cors.example/", "same-site") == "embedded")
        #expect(try ask("https://app.example/", "cross-site") == "embedded")
    }

    @Test func `behind a trusted server its own name is the proxy's`() throws {
        let trusted = RequestSource(scheme: "http", isTrusted: true)
        let fields = [
            "X-Forwarded-For: 203.0.113.9", "X-Forwarded-Proto: https", "X-Forwarded-Host: cors.example",
        ]
        #expect(try outcome("https://app.example/", from: trusted, with: fields) == "embedded")
        #expect(try outcome("https://cors.example/", from: trusted, with: fields) == Self.refused)
        #expect(try outcome("https://a.cors.example/", from: trusted, with: fields) == Self.refused)
        #expect(
            try outcome("https://a.cors.example/", "same-site", from: trusted, with: fields) == "embedded"
        )
    }

    @Test func `it does not make a page the target's own`() throws {
        #expect(try outcome("https://app.example/", "cross-site", "GET /https://app.example/x") == "embedded")
    }

    @Test func `a redirect into the reach of a secret goes back to the browser`() throws {
        let rules = try Self.rules(allowed: Self.named)
        let lines = ["Host: localhost:8080", "Referer: https://app.example/", "Sec-Fetch-Site: cross-site"]
        func reach(_ fields: [String], _ path: String) throws -> RedirectReach {
            let head = try requestHead("GET /https://other.example/x HTTP/1.1", fields)
            guard
                case .forward(let destination) = rules.plan(head, .test, from: RequestSource(scheme: "http"))
                    .step
            else { throw ProxyError.internalError }
            return rules.reach(of: target("api.example", path, scheme: .https), by: .get, from: destination)
        }
        #expect(try reach(lines, "/free/x") == .own)
        #expect(try reach(lines, "/ruled/x") == .foreign)
        #expect(try reach(["Host: localhost:8080"], "/ruled/x") == .own)
    }
}
