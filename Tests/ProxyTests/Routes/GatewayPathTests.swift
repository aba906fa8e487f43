import TestSupport
import Testing

/// No path leads out of the part of a target that a route opens.
@Suite struct GatewayPathTests {
    private static let escapes = [
        "..", "../x", "a/../../x", "%2e%2e/x", "%2E%2e/x", ".%2e/x", "%2e./x", "a/%2e%2e", "..;/x",
        "..;a=b/x",
        "%2e%2e;x/y", "..%2fx", "%2e%2e%2fx", "a%2f..%2fx", "a%2F%2e%2E%2Fx", "..%5cx", "a%5cx", "%5c..%5cx",
        "..\\x",
        "a\\..\\x", "%252e%252e/x", "%252e%252e%252fx", "..%252fx", "a%255cx", "%25252e%25252e/x", "a/..?q=1",
        "./../x", "a/.%2e", "..%3bx/y", "%2e%2e%3b/x", "x/..;?q",
    ]

    private enum Shared {
        static let upstream = Result { try ScriptedUpstream.named("reached") }
        static let proxy = Result {
            try Gateway.proxy(
                Gateway.route("/r/", to: try upstream.get().url("/base/v2/"), #""name": "named""#),
                Gateway.route("/", to: try upstream.get().url("/rest/"))
            )
        }
    }

    @Test(arguments: escapes)
    func `a path that could lead out of its route is refused, and the upstream is never asked`(path: String)
        throws
    {
        let upstream = try Shared.upstream.get()
        let proxy = try Shared.proxy.get()
        for target in ["r/\(path)", path] {
            let response = try proxy.request("GET", target, [origin(Policy.local)])
            #expect(response.status == 400, "\(target): \(response)")
            #expect(response.errorCode == "target-invalid", "\(response)")
            #expect(response.value(of: "Access-Control-Allow-Origin") == Policy.local)
        }
        let named = try proxy.request("GET", path, host: "named.localhost", [origin(Policy.local)])
        #expect(named.status == 400, "\(named)")
        #expect(upstream.openedConnections == 0)
    }

    @Test(arguments: ["r%2fx", "%72/x", "r%5cx", "x/..%2fr/x", "/r/x"])
    func `another spelling of a route's path does not reach it`(target: String) throws {
        let secret = try ScriptedUpstream.named("secret")
        let root = try ScriptedUpstream.named("root")
        let proxy = try Gateway.proxy(
            Gateway.route("/r/", to: secret.url(), #""methods": ["DELETE"]"#),
            Gateway.route("/", to: root.url())
        )
        let response = try proxy.request("GET", target)
        #expect(response.status == 400 || response.text == "root", "\(response)")
        #expect(secret.openedConnections == 0)
    }

    @Test func `a target with dot segments is refused when the file is loaded`() throws {
        for target in [
            "http://h/a/../b", "http://h/%2e%2e/", "http://h/a?q=1", "http://h/#f", "ftp://h/", "/x",
        ] {
            #expect(
                try Gateway.refusal(of: Gateway.config([Gateway.route("/r/", to: target)])).contains(
                    "routes[0].target"
                )
            )
        }
        for path in ["r", "/r/../", "/r?x", "/%2e%2e/", "//r/", ""] {
            #expect(
                try Gateway.refusal(of: Gateway.config([Gateway.route(path, to: "http://h/")])).contains(
                    "routes[0].path"
                )
            )
        }
    }
}
