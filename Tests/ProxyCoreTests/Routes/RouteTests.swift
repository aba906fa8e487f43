import CORSPolicy
import HTTPSyntax
import Testing

@testable import ProxyCore

@Suite struct RouteTests {
    private func route(_ path: String, _ target: String, hosts: [String] = []) throws -> Route {
        Route(
            path: path,
            hosts: hosts,
            target: TargetURL(
                origin: TargetOrigin(scheme: .https, host: "h", port: 443),
                pathAndQuery: target
            ),
            rules: ForwardRules(number: 1, policy: try TestPolicy.list(), redirects: .rewrite)
        )
    }

    private func asked(_ path: String, _ routes: [Route], host: String = "localhost") throws -> String? {
        let match = RouteTable(routes).match(path[...], host: Array(host.utf8)[...], basePath: "/")
        return try match.map { try $0.route.join($0.rest).pathAndQuery }
    }

    @Test(arguments: [
        ("/r", "/v2/"), ("/r?q", "/v2/?q"), ("/r/x?q", "/v2/x?q"), ("/r/a%2fb;c", "/v2/a%2fb;c"),
        ("/r/deep/x", "/deep/x"), ("/rx", nil), ("/R/x", nil), ("/", nil),
    ])
    func `the longest path of whole segments wins, joined byte for byte`(path: String, target: String?) throws
    {
        #expect(try asked(path, [route("/r/", "/v2/"), route("/r/deep", "/deep")]) == target)
    }

    @Test(arguments: [
        "/r/..", "/r/%2e%2E/x", "/r/..;/x", "/r/a%5cb", "/r/a\\b", "/r/%252e%252e/x", "/r/..%2fx",
    ])
    func `a path that could lead out of the target is refused`(path: String) throws {
        #expect(throws: ProxyError.ambiguousPath) { try asked(path, [route("/r/", "/v2/")]) }
    }

    @Test func `a host of its own goes before every path`() throws {
        let routes = try [route("/r/", "/v2/"), route("/own/", "/o/", hosts: ["own.localhost"])]
        #expect(try asked("/r/x", routes, host: "OWN.localhost:8080") == "/o/r/x")
        #expect(try asked("/r/x", routes, host: "localhost:8080") == "/v2/x")
    }

    @Test func `what is set in a query replaces what has its name, however written`() throws {
        let edits = try #require(QueryEdits([(name: "k y", value: "a&b")]))
        let url = try route("/", "/x?k+y=1&a=b&k%20y=2").target
        #expect(edits.apply(to: url).pathAndQuery == "/x?a=b&k%20y=a%26b")
        #expect(edits.remove(from: url).pathAndQuery == "/x?a=b")
    }

    @Test(arguments: [("k-2", 1), ("k-1", 0), ("k-", nil), ("k-11", nil), ("", nil)])
    func `a client key is accepted as a whole`(sent: String, index: Int?) {
        var fields = FieldSection()
        fields.append(.xProxyKey, sent)
        #expect(ClientKeys(["k-1", "k-2"]).accepted(in: fields) == index)
        fields.append(.xProxyKey, sent)
        #expect(ClientKeys(["k-1", "k-2"]).accepted(in: fields) == nil)
    }
}
