import HTTPSyntax
import Testing

@testable import ProxyCore

/// What is read off a request about who asks.
@Suite struct ClientRequestTests {
    private func request(
        _ fields: [String],
        version: String = "HTTP/1.1",
        isLoopback: Bool = true,
        isTrusted: Bool = false
    ) throws -> ClientRequest {
        let rules = ProxyRules(
            allowedHosts: AllowedHosts([]),
            basePath: "/",
            policy: try TestPolicy.list(),
            prefix: try TestPrefix.open(),
            routes: RouteTable([
                Route(
                    path: "/r",
                    hosts: ["shop.example"],
                    target: target("a.example"),
                    rules: ForwardRules(number: 1, policy: try TestPolicy.list(), redirects: .rewrite)
                )
            ]),
            refusesUntrustedForwarders: true
        )
        return ClientRequest(
            try requestHead("GET / \(version)", fields),
            from: nil,
            "unix:",
            on: ListenerFacts(scheme: "https", port: 8443, authority: "l:8443", isLoopback: isLoopback),
            isTrusted: isTrusted,
            id: RequestID(prefix: [0x78], number: 7),
            rules: rules
        )
    }

    // MARK: Standing

    /// Fields, version, and what they show on a loopback listener.
    private static let signs: [(fields: [String], version: String, sign: RelaySign?)] = [
        (["Host: localhost:8080"], "HTTP/1.1", nil), (["Host: a.localhost"], "HTTP/1.1", nil),
        (["Host: 127.0.0.2"], "HTTP/1.1", nil), (["Host: [::1]:80"], "HTTP/1.1", nil),
        (["Host: shop.example"], "HTTP/1.1", nil), (["Host: localhost"], "HTTP/1.0", .oldVersion),
        ([], "HTTP/1.0", .oldVersion), (["Host: proxy.example"], "HTTP/1.1", .host),
        (["Host: localhost", "Via: 1.1 x"], "HTTP/1.1", .field),
        (["Host: localhost", "Forwarded: for=x"], "HTTP/1.1", .field),
        (["Host: localhost", "X-Forwarded-For: 192.0.2.1"], "HTTP/1.1", .field),
        (["Host: localhost", "X-Real-IP: 192.0.2.1"], "HTTP/1.1", .field),
        (["Host: localhost", "X-Forwarded-Prefix: /p"], "HTTP/1.1", .field),
    ]

    @Test(arguments: signs)
    func `a relayed request has privileges only where its server is trusted`(
        row: (fields: [String], version: String, sign: RelaySign?)
    ) throws {
        let standing = { (isLoopback: Bool, isTrusted: Bool) throws in
            try self.request(
                row.fields,
                version: row.version,
                isLoopback: isLoopback,
                isTrusted: isTrusted
            ).standing
        }
        #expect(try standing(true, false) == row.sign.map { .stranger($0) } ?? .local)
        #expect(try standing(true, true) == (row.sign == nil ? .local : .vouchedFor))
        // Who comes by another listener is a stranger, whatever the configuration trusts.
        #expect(try standing(false, false) == .stranger(nil))
        #expect(try standing(false, true) == .stranger(nil))
    }

    // MARK: Origin and authority

    @Test func `one Origin is taken as it stands, several are none`() throws {
        #expect(try request(["Host: h"]).origin == .absent)
        #expect(
            try request(["Host: h", "Origin: https://app.example"]).origin == .one("https://app.example")
        )
        #expect(try request(["Host: h", "Origin: null"]).origin == .one("null"))
        #expect(try request(["Host: h", "Origin:"]).origin == .one(""))
        #expect(try request(["Host: h", "Origin: a", "Origin: a"]).origin == .several)
        #expect(try request(["Host: h", "Origin: a", "Origin: b"]).origin.text == nil)
    }

    @Test func `scheme and authority are the stream's`() throws {
        let named = try request(["Host: proxy.example:8443"])
        #expect(named.scheme == "https" && named.authority == "proxy.example:8443")
        #expect(try request([], version: "HTTP/1.0").authority == nil)
    }

    // MARK: The id

    @Test(arguments: [
        (["X-Request-Id: a-1"], "a-1"), ([], nil), (["X-Request-Id: a", "X-Request-Id: b"], nil),
        (["X-Request-Id: two words"], nil), (["X-Request-Id:"], nil),
    ])
    func `an id is taken over where there is one that is valid`(fields: [String], id: String?) throws {
        let head = try requestHead("GET / HTTP/1.1", ["Host: h"] + fields)
        #expect(RequestID(givenBy: head)?.text == id)
    }
}
