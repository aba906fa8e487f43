import TestSupport
import Testing

/// Client keys of handshakes: as a subprotocol, since a page can set no field, or as X-Proxy-Key.
@Suite struct SocketKeyTests {
    private static let key = WebSocketHandshake.subprotocol(ofClientKey: "first-key")

    private static func proxy(_ upstream: ScriptedUpstream) throws -> ProxyProcess {
        try Gateway.proxy(
            Gateway.route("/r/", to: upstream.url(), #""clientKeys": ["${env:FIRST}", "second~key?>"]"#),
            more: #""clientKeys": ["prefix-key"], "log": {"level": "trace"}"#,
            environment: ["FIRST": "first-key"]
        )
    }

    /// The values of Sec-WebSocket-Protocol, one a line, and other fields.
    struct Offer: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let lines: [String]
        /// What the upstream is offered, and what the client is given.
        var forwarded: String?
        var chosen: String?

        init(_ name: String, _ lines: [String], forwarded: String? = nil, chosen: String? = nil) {
            (testDescription, self.lines, self.forwarded, self.chosen) = (name, lines, forwarded, chosen)
        }

        var fields: [String] {
            lines.map { $0.contains(": ") ? $0 : "Sec-WebSocket-Protocol: \($0)" }
        }
    }

    @Test(arguments: [
        Offer("alone", [key], chosen: key),
        Offer("first", ["\(key), chat"], forwarded: "chat", chosen: "chat"),
        Offer("last", ["chat, \(key)"], forwarded: "chat", chosen: "chat"),
        Offer("on a line of its own", ["a", key, "chat"], forwarded: "a, chat", chosen: "chat"),
        Offer("as a field", ["X-Proxy-Key: first-key"]),
        Offer(
            "as a field beside a subprotocol",
            ["X-Proxy-Key: first-key", "chat"],
            forwarded: "chat",
            chosen: "chat"
        ),
        Offer(
            "of other letters",
            [WebSocketHandshake.subprotocol(ofClientKey: "second~key?>")],
            chosen: WebSocketHandshake.subprotocol(ofClientKey: "second~key?>")
        ),
    ])
    func `a key opens the socket and is not forwarded`(offer: Offer) throws {
        let upstream = try ScriptedUpstream { connection in
            guard let request = try connection.readRequest() else { return }
            let names = request.elements(of: "Sec-WebSocket-Protocol")
            let chosen = names.contains("chat") ? ["Sec-WebSocket-Protocol: chat"] : []
            try connection.send(WebSocketHandshake.answer(to: WebSocketHandshake.key, chosen))
            try connection.awaitClose()
        }
        let proxy = try Self.proxy(upstream)
        let socket = try proxy.openWebSocket("r/x", [origin(Policy.local)] + offer.fields)
        #expect(socket.head.values(of: "Sec-WebSocket-Protocol") == (offer.chosen.map { [$0] } ?? []))
        let request = try #require(upstream.requests.first)
        let offered = request.elements(of: "Sec-WebSocket-Protocol")
        #expect(offered.joined(separator: ", ") == offer.forwarded ?? "")
        #expect(!"\(request.head)".lowercased().contains("key."))
        #expect(request.value(of: "X-Proxy-Key") == nil)
        socket.socket.close()
        try eventually("the tunnel has ended") { upstream.closedConnections == 1 }
        _ = try proxy.logLines(with: "/x")
        for secret in ["first-key", "Zmlyc3Qta2V5", "second~key"] {
            #expect(!proxy.child.standardOutput.contains(secret))
        }
    }

    @Test func `beside others the key is never chosen, even where the upstream chooses none`() throws {
        let upstream = try ScriptedUpstream.webSocket()
        let socket = try Self.proxy(upstream).openWebSocket(
            "r/x",
            ["Sec-WebSocket-Protocol: chat, \(Self.key)"]
        )
        #expect(socket.head.value(of: "Sec-WebSocket-Protocol") == nil)
    }

    @Test(arguments: [
        Offer("none", []), Offer("a subprotocol", ["chat"]), Offer("a wrong field", ["X-Proxy-Key: wrong"]),
        Offer("another's", [WebSocketHandshake.subprotocol(ofClientKey: "prefix-key")]),
        Offer("not encoded", ["corsway.key.first-key"]), Offer("padded", ["\(key)="]),
        Offer("empty", ["corsway.key."]),
        Offer("in another case", [key.replacing("corsway", with: "Corsway")]),
        Offer("two of them", ["\(key), \(WebSocketHandshake.subprotocol(ofClientKey: "second~key?>"))"]),
        Offer("both ways", ["X-Proxy-Key: first-key", key]),
        Offer("both ways, one wrong", ["X-Proxy-Key: wrong", key]),
        Offer("one and a wrong one", ["\(key), corsway.key.d3Jvbmc"]),
        Offer("longer", ["\(key)x"]),
    ])
    func `a handshake without one good key is refused, and the upstream is not dialled`(offer: Offer) throws {
        let upstream = try ScriptedUpstream.webSocket()
        let proxy = try Self.proxy(upstream)
        let response = try proxy.handshake("r/x", [origin(Policy.local)] + offer.fields)
        #expect([400, 401].contains(response.status), "\(response)")
        if response.status == 401 { #expect(response.errorCode == "client-key-required") }
        #expect(response.value(of: "Access-Control-Allow-Origin") == Policy.local)
        #expect(!"\(response)".contains("first-key") && !"\(response)".contains("Zmlyc3Qta2V5"))
        #expect(upstream.openedConnections == 0)
    }

    @Test func `the prefix form asks for its own keys`() throws {
        let upstream = try ScriptedUpstream.webSocket()
        let proxy = try Self.proxy(upstream)
        let target = "ws://\(upstream.authority)/"
        #expect(try proxy.handshake(target, ["Sec-WebSocket-Protocol: \(Self.key)"]).status == 401)
        #expect(upstream.openedConnections == 0)
        let own = WebSocketHandshake.subprotocol(ofClientKey: "prefix-key")
        let socket = try proxy.openWebSocket(target, ["Sec-WebSocket-Protocol: \(own)"])
        #expect(socket.head.value(of: "Sec-WebSocket-Protocol") == own)
        #expect(upstream.requests.first?.value(of: "Sec-WebSocket-Protocol") == nil)
    }

    @Test func `an origin that is denied is told so, whatever its key`() throws {
        let upstream = try ScriptedUpstream.webSocket()
        let fields = [origin(Policy.stranger), "Sec-WebSocket-Protocol: \(Self.key)"]
        #expect(try Self.proxy(upstream).handshake("r/x", fields).errorCode == "origin-denied")
        #expect(upstream.openedConnections == 0)
    }

    @Test func `a rate by client key counts a key either way it is sent`() throws {
        let upstream = try ScriptedUpstream.webSocket()
        let proxy = try Gateway.proxy(
            Gateway.route("/r/", to: upstream.url(), #""clientKeys": ["key-number-1", "key-number-2"]"#),
            more: #""limits": {"rate": {"requests": 1, "per": "1h", "key": "clientKey"}}"#
        )
        func status(_ key: String, asField: Bool) throws -> Int {
            let subprotocol = WebSocketHandshake.subprotocol(ofClientKey: key)
            let field = asField ? "X-Proxy-Key: \(key)" : "Sec-WebSocket-Protocol: \(subprotocol)"
            return try proxy.handshake("r/x", [field]).status
        }
        #expect(try status("key-number-1", asField: false) == 101)
        #expect(try status("key-number-1", asField: true) == 429)
        #expect(try status("key-number-2", asField: true) == 101)
        #expect(try status("key-number-2", asField: false) == 429)
        #expect(upstream.openedConnections == 2)
    }

    @Test func `a key where none is asked for is taken out all the same`() throws {
        let upstream = try ScriptedUpstream.webSocket()
        let socket = try ProxyProcess().openWebSocket(upstream.url(), ["Sec-WebSocket-Protocol: \(Self.key)"])
        #expect(socket.head.value(of: "Sec-WebSocket-Protocol") == Self.key)
        #expect(upstream.requests.first?.value(of: "Sec-WebSocket-Protocol") == nil)
    }

    @Test func `an upstream that chooses the key chooses what it was not offered`() throws {
        let upstream = try ScriptedUpstream.webSocket(["Sec-WebSocket-Protocol: \(Self.key)"])
        let fields = ["Sec-WebSocket-Protocol: chat, \(Self.key)"]
        let response = try Self.proxy(upstream).handshake("r/x", fields)
        #expect(response.errorCode == "upstream-invalid-response", "\(response)")
    }
}
