import CORSPolicy
import HTTPSyntax
import Testing

@testable import ProxyCore

@Suite struct WebSocketRequestTests {
    private static let handshake = [
        "Host: localhost", "Connection: keep-alive, Upgrade", "Upgrade: websocket",
        "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]
    private static let app = "Origin: https://app.example"
    /// `s3cret` in base64url.
    private static let key = "corsway.key.czNjcmV0"

    private func rules(
        _ policy: CORSPolicy? = nil,
        keys: [String] = [],
        acceptsWebSockets: Bool = true
    ) throws -> ProxyRules {
        let policy = try policy ?? TestPolicy.list()
        return ProxyRules(
            allowedHosts: AllowedHosts([try HostPattern(parsing: "localhost")]),
            basePath: "/",
            policy: policy,
            prefix: PrefixRules(
                targets: TargetRules(
                    allow: [try TargetPattern(parsing: "*")],
                    deny: [try TargetPattern(parsing: "denied.example")]
                ),
                requiredFields: [],
                redirectsSameOrigin: true,
                forward: ForwardRules(
                    number: 0,
                    policy: policy,
                    clientKeys: ClientKeys(keys),
                    redirects: .follow(maximum: 5),
                    acceptsWebSockets: acceptsWebSockets
                )
            ),
            refusesUntrustedForwarders: false
        )
    }

    private func step(
        _ fields: [String],
        _ rules: ProxyRules? = nil,
        at target: String = "/ws://api.example/x"
    ) throws -> RequestPlan.Step {
        let head = try requestHead("GET \(target) HTTP/1.1", Self.handshake + fields)
        return try (rules ?? self.rules()).plan(head, .test, from: RequestSource()).step
    }

    private func destination(_ step: RequestPlan.Step) throws -> Destination {
        guard case .forward(let destination) = step else {
            Issue.record("\(step)")
            throw Missing()
        }
        return destination
    }

    private struct Missing: Error {}

    private func code(_ step: RequestPlan.Step) -> String {
        switch step {
        case .refuse(let error): error.code.rawValue
        case .forward: "forward"
        default: "\(step)"
        }
    }

    // MARK: Keys among many

    @Test func `to part keys from other subprotocols costs no more than one look at each`() throws {
        let others = (0..<20_000).map { "p\($0)" }
        let offered = (0..<20_000).map { "\(WebSocketRequest.keyPrefix)\($0)" } + others
        var fields = FieldSection()
        for (field, value) in [
            (KnownField.connection, "Upgrade"), (.upgrade, "websocket"), (.secWebSocketVersion, "13"),
            (.secWebSocketKey, "dGhlIHNhbXBsZSBub25jZQ=="),
            (.secWebSocketProtocol, offered.joined(separator: ",")),
        ] {
            fields.append(field, value)
        }
        let head = RequestHead(method: .get, target: "/", version: .http11, fields: fields)
        let start = ContinuousClock.now
        let request = try WebSocketRequest(head)
        #expect(ContinuousClock.now - start < .seconds(5))
        #expect(request.protocols == others && request.clientKey == nil && request.placeholder == nil)
    }

    // MARK: Where to

    @Test(arguments: [
        ("/ws://api.example/x?y", "http://api.example/x?y"), ("/wss://api.example", "https://api.example/"),
        ("/WSS://api.example/", "https://api.example/"), ("/http://api.example/x", "http://api.example/x"),
        ("/https://api.example/x", "https://api.example/x"), ("/api.example/x", "http://api.example/x"),
        ("/https://app.example/x", "https://app.example/x"),
    ])
    func `ws is http and wss is https, and no redirect is answered`(target: String, url: String) throws {
        let destination = try destination(step([Self.app], at: target))
        #expect(destination.target.serialized == url)
        #expect(destination.webSocket != nil)
    }

    @Test(arguments: [
        ("/ws:/api.example/", "target-slashes"), ("///ws://api.example/", "target-invalid"),
        ("/wss://u:p@api.example/", "target-credentials"), ("/wsx://api.example/", "target-scheme"),
    ])
    func `a target that is wrong is told as of any scheme`(target: String, code: String) throws {
        #expect(try self.code(step([Self.app], at: target)) == code)
    }

    @Test func `without a handshake ws is no scheme, and the hint says so`() throws {
        let head = try requestHead("GET /ws://api.example/ HTTP/1.1", ["Host: localhost", Self.app])
        guard case .refuse(let error) = try rules().plan(head, .test, from: RequestSource()).step else {
            Issue.record("it is refused")
            return
        }
        #expect(error.code == .targetScheme && error.hint.contains("new WebSocket"))
    }

    // MARK: Who may

    @Test(arguments: [
        ([app], "forward"), (["Origin: https://evil.example"], "origin-denied"),
        (["Origin: null"], "origin-denied"), ([], "forward"),
        (["Sec-Fetch-Site: cross-site", "Referer: https://evil.example/"], "forward"),
        ([app, "Origin: https://evil.example"], "multiple-origins"),
    ])
    func `Origin decides, and nothing else is asked`(fields: [String], code: String) throws {
        #expect(try self.code(step(fields)) == code)
    }

    @Test func `a program without Origin passes unless one is required`() throws {
        let strict = try rules(try TestPolicy.list { $0.requireOrigin = true })
        #expect(try code(step([], strict)) == "origin-required")
        #expect(try code(step([Self.app], strict)) == "forward")
    }

    @Test func `Sec-Fetch counts for what is no handshake`() throws {
        let head = try requestHead(
            "GET /http://api.example/ HTTP/1.1",
            ["Host: localhost", "Sec-Fetch-Site: cross-site"]
        )
        #expect(try code(rules().plan(head, .test, from: RequestSource()).step) == "cross-site-denied")
    }

    @Test func `webSockets false refuses handshakes alone`() throws {
        let closed = try rules(acceptsWebSockets: false)
        #expect(try code(step([Self.app], closed)) == "websocket-denied")
        let head = try requestHead("GET /http://api.example/ HTTP/1.1", ["Host: localhost", Self.app])
        #expect(code(closed.plan(head, .test, from: RequestSource()).step) == "forward")
    }

    @Test func `a target that is denied is denied to WebSocket too`() throws {
        #expect(try code(step([Self.app], at: "/wss://denied.example/")) == "target-denied")
    }

    @Test func `a wrong version is told with the right one`() throws {
        let fields =
            Self.handshake.filter { !$0.contains("Version") } + ["Sec-WebSocket-Version: 8", Self.app]
        let head = try requestHead("GET /ws://api.example/ HTTP/1.1", fields)
        guard case .refuse(let error) = try rules().plan(head, .test, from: RequestSource()).step else {
            Issue.record("it is refused")
            return
        }
        #expect(error.code == .websocketVersion && error.code.status == 426)
        #expect(error.fields.contains { $0.name == "Sec-WebSocket-Version" && $0.value == "13" })
        #expect(error.fields.contains { $0.name == "Upgrade" && $0.value == "websocket" })
    }

    // MARK: Client keys

    @Test(arguments: [
        (["Sec-WebSocket-Protocol: \(key)"], "forward"),
        (["Sec-WebSocket-Protocol: chat, \(key)"], "forward"),
        (["X-Proxy-Key: s3cret"], "forward"), ([], "client-key-required"),
        (["Sec-WebSocket-Protocol: chat"], "client-key-required"),
        (["Sec-WebSocket-Protocol: corsway.key.czNjcmV1"], "client-key-required"),
        (["Sec-WebSocket-Protocol: corsway.key."], "client-key-required"),
        (["Sec-WebSocket-Protocol: corsway.key.s3cret!"], "client-key-required"),
        (["Sec-WebSocket-Protocol: \(key), corsway.key.x"], "client-key-required"),
        (["Sec-WebSocket-Protocol: \(key)", "X-Proxy-Key: s3cret"], "client-key-required"),
        (["Sec-WebSocket-Protocol: \(key)", "X-Proxy-Key: wrong"], "client-key-required"),
    ])
    func `a key comes as a subprotocol or as a field, and not twice`(fields: [String], code: String) throws {
        #expect(try self.code(step([Self.app] + fields, rules(keys: ["s3cret"]))) == code)
    }

    @Test func `a wrong key that comes as a subprotocol counts as one`() throws {
        for (field, isKey) in [("Sec-WebSocket-Protocol: a, \(Self.key)", true), ("X-A: b", false)] {
            #expect(try requestHead("GET / HTTP/1.1", Self.handshake + [field]).offersClientKey == isKey)
        }
    }

    @Test func `keys never go upstream, and the page is told of one where it offered nothing else`() throws {
        let cases: [(String, offered: [String], field: String?, told: String?)] = [
            (Self.key, [], nil, Self.key), ("chat, \(Self.key), json", ["chat", "json"], "chat, json", nil),
            ("chat", ["chat"], "chat", nil), ("corsway.key.wrong", [], nil, "corsway.key.wrong"),
        ]
        for (text, offered, field, told) in cases {
            let fields = [Self.app, "Sec-WebSocket-Protocol: \(text)"]
            let webSocket = try #require(try destination(step(fields)).webSocket)
            #expect(webSocket.protocols == offered)
            var upstream = try requestHead("GET / HTTP/1.1", ["Host: h"] + fields).fields
            webSocket.removeKeys(from: &upstream)
            #expect(upstream.string(of: .secWebSocketProtocol) == field)
            var answer = try responseHead(101).fields
            webSocket.complete(answer: &answer, accept: Array("A".utf8))
            #expect(answer.string(of: .secWebSocketProtocol) == told)
        }
    }

    // MARK: What is sent

    @Test func `a handshake is whole whatever was set or taken off`() throws {
        let webSocket = try #require(try destination(step([Self.app])).webSocket)
        var fields = try requestHead("GET / HTTP/1.1", ["Host: h", "Sec-WebSocket-Version: 8"]).fields
        webSocket.complete(&fields)
        #expect(
            fields.texts == [
                "Host: h", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            ]
        )
    }

    @Test func `so is the answer to one, which has no body`() throws {
        let webSocket = try #require(try destination(step([Self.app])).webSocket)
        var fields = try responseHead(101, ["Content-Length: 5", "Sec-WebSocket-Accept: B", "X-A: b"]).fields
        webSocket.complete(answer: &fields, accept: Array("A".utf8))
        #expect(
            fields.texts == [
                "X-A: b", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Accept: A",
            ]
        )
    }
}
