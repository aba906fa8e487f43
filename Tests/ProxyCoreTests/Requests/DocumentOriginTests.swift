import CORSPolicy
import HTTPSyntax
import Testing

@testable import ProxyCore

/// Whether pages of a route run as the origin that a request was sent to.
@Suite struct DocumentOriginTests {
    private static func route(
        _ path: String,
        hosts: [String] = [],
        _ documents: DocumentOrigin = .byHost
    ) throws -> Route {
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

    /// What a GET of `path` comes to: `own`, `opaque`, or an error's code.
    private func origin(
        _ path: String,
        _ routes: [Route],
        host: String = "localhost:8080",
        hasPrefix: Bool = false,
        basePath: String = "/",
        from source: RequestSource = RequestSource(scheme: "http"),
        _ fields: [String] = []
    ) throws -> String {
        let rules = ProxyRules(
            allowedHosts: AllowedHosts([try HostPattern(parsing: "*")]),
            basePath: basePath,
            policy: try TestPolicy.list(),
            prefix: hasPrefix ? try TestPrefix.open() : nil,
            routes: RouteTable(routes),
            refusesUntrustedForwarders: false
        )
        let head = try requestHead("GET \(path) HTTP/1.1", ["Host: \(host)"] + fields)
        let plan = rules.plan(head, .test, from: source)
        switch plan.step {
        case .forward(let destination): return destination.hasOwnOrigin ? "own" : "opaque"
        case .refuse(let error): return error.code.rawValue
        default: return "\(plan.step)"
        }
    }

    @Test func `a route with its host names to itself is an origin there, and no other on a shared path`()
        throws
    {
        let routes = try [
            Self.route("/a/", hosts: ["a.localhost"]), Self.route("/b/", hosts: ["b.localhost"]),
        ]
        #expect(try origin("/", routes, host: "a.localhost") == "own")
        #expect(try origin("/b/x", routes, host: "A.localhost:8080") == "own")
        #expect(try origin("/a/", routes) == "opaque")
        #expect(try origin("/b/", routes, host: "other.localhost") == "opaque")
    }

    @Test func `a route that is all that is served is an origin under every host`() throws {
        for path in ["/", "/a/"] {
            #expect(try origin("/a/x", [Self.route(path)]) == "own")
            #expect(try origin("/a/x", [Self.route(path, hosts: ["a.localhost"])]) == "own")
        }
        // At the root no path is left to the prefix form.
        #expect(try origin("/a/x", [Self.route("/")], hasPrefix: true) == "own")
    }

    @Test func `whatever else is served on the host takes that away`() throws {
        #expect(try origin("/a/x", [Self.route("/a/")], hasPrefix: true) == "opaque")
        for path in ["/", "/b/"] {
            #expect(try origin("/a/x", [Self.route("/a/"), Self.route(path)]) == "opaque")
        }
        // Another server has what does not lie below the base path.
        #expect(try origin("/cors/a/x", [Self.route("/a/")], basePath: "/cors/") == "opaque")
        let named = try Self.route("/a/", hosts: ["a.localhost"])
        #expect(try origin("/", [named], host: "a.localhost", basePath: "/cors/") == "own")
        #expect(try origin("/http://api.example/", [], hasPrefix: true) == "opaque")
    }

    @Test func `a path of a trusted server in front is beside what that one serves`() throws {
        let prefixes = [("/cors", "opaque"), ("/", "own"), ("", "own")]
        for (prefix, expected) in prefixes {
            let fields = ["X-Forwarded-Prefix: \(prefix)"]
            let trusted = RequestSource(scheme: "http", isTrusted: true)
            #expect(try origin("/x", [Self.route("/")], from: trusted, fields) == expected)
            #expect(try origin("/x", [Self.route("/")], fields) == "own")
            #expect(try origin("/x", [Self.route("/", .own)], from: trusted, fields) == "own")
        }
    }

    @Test func `what is written holds under every host`() throws {
        let sandboxed = try Self.route("/a/", hosts: ["a.localhost"], .opaque)
        #expect(try origin("/a/x", [sandboxed]) == "opaque")
        #expect(try origin("/a/x", [sandboxed], host: "a.localhost") == "opaque")
        let own = try Self.route("/a/", .own)
        #expect(try origin("/a/x", [own, Self.route("/b/")], hasPrefix: true) == "own")
    }

    @Test(arguments: [
        ["Sec-Fetch-Dest: serviceworker"], ["Service-Worker: script"], ["service-worker: SCRIPT"],
        ["Service-Worker: script", "Sec-Fetch-Dest: script"],
    ])
    func `a service worker is served only where the route's pages have an origin of their own`(
        fields: [String]
    ) throws {
        let routes = try [Self.route("/a/", hosts: ["a.localhost"]), Self.route("/b/")]
        #expect(try origin("/sw.js", routes, host: "a.localhost", fields) == "own")
        #expect(try origin("/a/sw.js", routes, fields) == "service-worker-denied")
        #expect(
            try origin("/http://api.example/sw.js", [], hasPrefix: true, fields) == "service-worker-denied"
        )
        #expect(try origin("/sw.js", [Self.route("/", .opaque)], fields) == "service-worker-denied")
    }
}
