import Testing

@testable import Configuration

/// Secrets and cookies that are reached over plain http from other machines.
@Suite struct PlainListenerTests {
    private static let secret = #""request": {"setHeaders": {"Authorization": "${env:TOKEN}"}}"#
    private static let open = #""listen": {"host": "192.0.2.1"}"#

    private static func config(_ route: String, _ more: String = open) -> String {
        """
        {"routes": [{"path": "/r/", "target": "https://api.example/"\(route.isEmpty ? "" : ", \(route)")}],
         "prefix": {"enabled": false}, "allowedHosts": ["cors.example"],
         "cors": {"allowedOrigins": ["https://app.example"]}, \(more)}
        """
    }

    private func warnings(_ json: String) throws -> [String] {
        try load(json, environment: ["TOKEN": "0123456789abcdef"]).warnings.map(\.description)
            .filter { $0.contains("plain http") }
    }

    @Test(arguments: [
        (secret, "routes[0].request.setHeaders.Authorization: "),
        (#""target": "https://h/${env:TOKEN}/""#, "routes[0].target"),
        (#""cors": {"allowCredentials": true}"#, "routes[0].cookies: "), (#""name": "shop""#, ""),
        (#""hosts": ["shop.example"]"#, "routes[0].cookies: "),
    ])
    func `are warned of`(route: String, path: String) throws {
        let json = Self.config(route).replacing(
            #""target": "https://api.example/", "target""#,
            with: #""target""#
        )
        let found = try warnings(json)
        guard !path.isEmpty else {
            // NAME.localhost is not answered here.
            #expect(found == [])
            return
        }
        #expect(found.count == 1 && found.first?.contains("warning: \(path)") == true, "\(found)")
        #expect(found.first?.contains("listen.tls") == true && found.first?.contains("requireOrigin") == true)
    }

    @Test(arguments: [
        ("", "cors.requireOrigin"), (#", "cors": {"maxAge": 5}"#, "routes[0].cors.requireOrigin"),
    ])
    func `are told with the key of the policy that lets the requests in`(policy: String, key: String) throws {
        let rule = #""rules": [{"match": {"url": "https://api.example/**"}, \#(Self.secret)}]"#
        let found = try warnings(Self.config(Self.secret + policy, "\(Self.open), \(rule)"))
        #expect(found.count == 2 && found.allSatisfy { $0.contains(", set \(key), or ask") }, "\(found)")
    }

    @Test func `of a rule are told with each policy that lets requests come to it`() throws {
        let found = try warnings(
            """
            {\(Self.open), "allowedHosts": ["cors.example"], "cors": {"allowedOrigins": ["https://app.example"]},
             "prefix": {"targets": {"allow": ["api.example"]}},
             "routes": [{"path": "/r/", "target": "https://api.example/", "cors": {"maxAge": 5}}],
             "rules": [{"match": {"url": "https://api.example/**"}, \(Self.secret)}]}
            """
        )
        let keys = ", set cors.requireOrigin and routes[0].cors.requireOrigin, or ask"
        #expect(found.count == 1 && found.first?.contains(keys) == true, "\(found)")
    }

    @Test(arguments: [
        (secret, #""listen": {"host": "127.0.0.1"}"#), (secret, #""listen": {"unix": "/run/a.sock"}"#),
        (secret, "\(open), \"trustedProxies\": [\"192.0.2.9\"]"),
        ("\(secret), \"cors\": {\"requireOrigin\": true}", open),
        ("\(secret), \"clientKeys\": [\"0123456789abcdef\"]", open), ("", open),
        (#""request": {"setHeaders": {"X-A": "b"}}"#, open),
    ])
    func `are not where something tells a foreign page's request`(route: String, more: String) throws {
        #expect(try warnings(Self.config(route, more)) == [])
    }

    @Test func `of a rule are warned of, where it meets what is reached so`() throws {
        let rule = #""rules": [{"match": {"url": "https://api.example/**"}, \#(Self.secret)}]"#
        let found = try warnings(Self.config("", "\(Self.open), \(rule)"))
        let path = "warning: rules[0].request.setHeaders.Authorization: "
        #expect(found.count == 1 && found.first?.contains(path) == true, "\(found)")
        let keys = #""clientKeys": ["0123456789abcdef"]"#
        #expect(try warnings(Self.config(keys, "\(Self.open), \(rule)")) == [])
    }

    @Test func `of the prefix form are warned of too`() throws {
        let found = try warnings(
            """
            {"listen": {"host": "192.0.2.1"}, "allowedHosts": ["cors.example"],
             "cors": {"allowedOrigins": ["https://app.example"], "allowCredentials": true},
             "prefix": {"targets": {"allow": ["a.example"]}}}
            """
        )
        #expect(found.count == 1 && found.first?.contains("prefix.cookies: ") == true, "\(found)")
    }
}
