import CORSPolicy
import HTTPSyntax
import Testing

@testable import ProxyCore

/// Requests that lead nowhere are told what they meant.
@Suite struct MisdirectedRequestTests {
    private func hint(
        _ path: String,
        _ fields: [String] = [],
        routes paths: [String] = [],
        basePath: String = "/",
        hasPrefix: Bool = true,
        from standing: ClientStanding = .local
    ) throws -> String? {
        let policy = try TestPolicy.any()
        let forward = ForwardRules(number: 1, policy: policy, redirects: .rewrite)
        let rules = ProxyRules(
            allowedHosts: AllowedHosts([try HostPattern(parsing: "*")]),
            basePath: basePath,
            policy: policy,
            prefix: !hasPrefix
                ? nil
                : PrefixRules(
                    targets: TargetRules(allow: [try TargetPattern(parsing: "*")], deny: []),
                    requiredFields: [],
                    redirectsSameOrigin: false,
                    forward: forward
                ),
            routes: RouteTable(
                paths.map { Route(path: $0, hosts: [], target: target("h"), rules: forward) }
            ),
            refusesUntrustedForwarders: false
        )
        let context = PlanningContext(
            parseOrigin: { scheme, authority throws(ProxyError) in
                TargetOrigin(scheme: scheme, host: authority, port: scheme.defaultPort)
            },
            hasPublicSuffix: { $0.hasSuffix(".example") },
            isPublicSuffix: { $0 == "example" },
            pseudonym: "corsway-x"
        )
        let head = try requestHead("GET \(path) HTTP/1.1", ["Host: localhost:8080"] + fields)
        let plan = rules.plan(head, context, from: RequestSource(scheme: "http", standing: standing))
        guard case .refuse(let error) = plan.step else { return nil }
        #expect([400, 404].contains(error.code.status))
        return error.hint
    }

    @Test(arguments: [
        (
            "http://localhost:8080/https://h.example/hls/list.m3u8?token=secret",
            "/https://h.example/hls/seg1.ts"
        ),
        ("http://LOCALHOST:8080/h.example:8443/x", "/http://h.example:8443/hls/seg1.ts"),
        ("https://localhost:8080/http://u.example/?x", "/http://u.example/hls/seg1.ts"),
        ("http://localhost:8080/cdn/list.m3u8", "/cdn/hls/seg1.ts"),
    ])
    func `a path of a prefixed page is told its whole URL`(referer: String, meant: String) throws {
        let fields = ["Referer: \(referer)"]
        let hint = try #require(try hint("/hls/seg1.ts?q=secret", fields, routes: ["/cdn/"]))
        #expect(hint.contains("It means \(meant):"), "\(hint)")
        #expect(!hint.contains("secret"))
    }

    @Test(arguments: [
        "http://other.example/https://h.example/", "http://localhost:8081/https://h.example/",
        "http://localhost:8080/",
        "http://localhost:8080/https://u:secret@h.example/", "http://localhost:8080/favicon.ico?x", "x", "",
        "http://localhost:8080",
    ])
    func `any other Referer says nothing`(referer: String) throws {
        let hint = try #require(try hint("/hls/seg1.ts", ["Referer: \(referer)"]))
        #expect(hint.contains("/http://hls/seg1.ts") || hint.contains("http://favicon.ico"), "\(hint)")
        #expect(!hint.contains("secret"))
    }

    @Test func `below a base path the meant URL lies there too`() throws {
        let fields = ["Referer: http://localhost:8080/cors/https://h.example/"]
        let hint = try #require(try hint("/a.js", fields, basePath: "/cors/"))
        #expect(hint.contains("It means /cors/https://h.example/a.js:"), "\(hint)")
    }

    @Test func `a mistyped route is told the routes, by whoever is near alone`() throws {
        let paths = ["/weather/", "/shop/v2"]
        let told = "The routes are /weather/, /shop/v2/."
        #expect(try hint("/wether/x", routes: paths)?.hasSuffix(told) == true)
        #expect(try hint("/wether/x", routes: paths, hasPrefix: false)?.hasSuffix(told) == true)
        #expect(try hint("/x", routes: paths, basePath: "/cors/")?.contains("/cors/weather/") == true)
        #expect(try hint("/wether", routes: ["/weather"])?.hasSuffix("The one route is /weather/.") == true)
        for standing in [ClientStanding.vouchedFor, .stranger(nil), .stranger(.field)] {
            #expect(try hint("/wether/x", routes: paths, from: standing)?.contains("routes") == false)
        }
        #expect(try hint("/weather/x", routes: paths) == nil)
    }

    @Test func `of many routes eight are told`() throws {
        let hint = try #require(try hint("/x", routes: (0..<1_000).map { "/r\($0)" }))
        #expect(
            hint.hasSuffix(
                "The routes are \((0..<8).map { "/r\($0)/" }.joined(separator: ", ")), and 992 more."
            )
        )
    }

    @Test func `without the prefix form no hint leads to it`() throws {
        #expect(try hint("/localhost:3000/x", hasPrefix: false)?.contains("http://") == false)
    }
}
