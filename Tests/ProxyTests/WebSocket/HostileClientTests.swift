import TestSupport
import Testing

/// Clients whose handshakes break a rule, and those that leave or smuggle.
@Suite struct HostileClientTests {
    private enum Shared {
        static let proxy = Result { try ProxyProcess() }
    }

    @Test(arguments: WrongHandshake.all)
    func `a handshake that breaks a rule is refused, and what is smuggled behind it is never answered`(
        wrong: WrongHandshake
    ) throws {
        let upstream = try ScriptedUpstream.webSocket()
        let proxy = try Shared.proxy.get()
        let client = try proxy.connect()
        let head =
            ["\(wrong.method) /\(upstream.url()) HTTP/1.1", "Host: \(proxy.authority)"] + wrong.fields
            + [origin(Policy.local)]
        let smuggled = proxy.head("GET", "iscorsneeded")
        try client.send(head.joined(separator: "\r\n") + "\r\n\r\n" + wrong.body + smuggled)
        let response = try client.readResponse(to: wrong.method)
        #expect(response.status == wrong.status, "\(response)")
        #expect(response.errorCode == wrong.code)
        #expect(response.value(of: "Access-Control-Allow-Origin") == Policy.local)
        #expect(response.elements(of: "Connection").contains("close"))
        if wrong.status == 426 {
            #expect(response.values(of: "Sec-WebSocket-Version") == ["13"])
            #expect(response.values(of: "Upgrade") == ["websocket"])
            // RFC 9110 §7.8: who sends Upgrade names it in Connection.
            #expect(response.elements(of: "Connection").contains("upgrade"))
        }
        #expect(try client.readToEnd().isEmpty)
        #expect(upstream.openedConnections == 0)
    }

    @Test(arguments: ["WebSocket", "foo, websocket", "websocket/13"])
    func `what asks for WebSocket beside another protocol reaches no upstream as a plain request`(
        upgrade: String
    ) throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("reached") }
        let proxy = try Shared.proxy.get()
        let fields = ["Connection: Upgrade", "Upgrade: \(upgrade)"]
        let response = try proxy.request("GET", upstream.url(), fields)
        if upgrade == "websocket/13" {
            // Another protocol by its name: Upgrade is left out, as ever.
            #expect(response.text == "reached")
            #expect(upstream.requests.first?.value(of: "Upgrade") == nil)
        } else {
            #expect([400, 426].contains(response.status), "\(response)")
            #expect(upstream.openedConnections == 0)
        }
    }

    @Test(arguments: ["ws", "wss"])
    func `the scheme of WebSocket is for handshakes alone`(scheme: String) throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("reached") }
        let response = try Shared.proxy.get().request("GET", "\(scheme)://\(upstream.authority)/")
        #expect(response.status == 400, "\(response)")
        #expect(response.errorCode == "target-scheme")
        #expect(upstream.openedConnections == 0)
    }

    @Test func `a request that is smuggled into a tunnel is the upstream's, and no request of the proxy's`()
        throws
    {
        let upstream = try ScriptedUpstream { connection in
            guard let socket = try connection.acceptWebSocket() else { return }
            try connection.send(try socket.reader.read(count: 9))
            try connection.awaitClose()
        }
        let proxy = try Shared.proxy.get()
        let client = try proxy.connect()
        let smuggled = proxy.head("GET", "iscorsneeded")
        try client.send(proxy.head("GET", upstream.url(), WebSocketHandshake.fields) + smuggled)
        #expect(try client.readHead().status == 101)
        #expect(try client.reader.read(count: 9) == Array("GET /isco".utf8))
        client.socket.close()
        try eventually("the upstream's connection is closed") { upstream.closedConnections == 1 }
    }

    @Test(arguments: LifecycleTests.Departure.allCases)
    func `a client that leaves before the answer ends the upstream's connection`(
        departure: LifecycleTests.Departure
    ) throws {
        let upstream = try ScriptedUpstream { connection in
            _ = try connection.readRequest()
            try connection.awaitClose()
        }
        let proxy = try Shared.proxy.get()
        let client = try proxy.connect()
        try client.send(proxy.head("GET", upstream.url(), WebSocketHandshake.fields))
        try eventually("the handshake is under way") { upstream.requests.count == 1 }
        departure.leave(client)
        try eventually("the upstream's connection is closed", within: .seconds(5)) {
            upstream.closedConnections == 1
        }
    }

    @Test(arguments: LifecycleTests.Departure.allCases)
    func `a client that leaves while the upstream is dialled gives its place up`(
        departure: LifecycleTests.Departure
    ) throws {
        let backlog = try FullBacklog()
        let upstream = try ScriptedUpstream.webSocket()
        // One loop: the handshake that comes first takes the one place.
        let proxy = try ProxyProcess(
            #"{"shards": 1, "limits": {"webSockets": 1}, "upstream": {"connectTimeout": "60s"}}"#
        )
        for _ in 1...3 {
            let client = try proxy.connect()
            try client.send(
                proxy.head("GET", "ws://127.0.0.1:\(backlog.port)/", WebSocketHandshake.fields)
            )
            #expect(try proxy.handshake(upstream.url()).errorCode == "too-many-tunnels")
            departure.leave(client)
            try eventually("the place is free", within: .seconds(10)) {
                let other = try proxy.connect()
                defer { other.socket.reset() }
                try other.send(proxy.head("GET", upstream.url(), WebSocketHandshake.fields))
                return try other.readHead().status == 101
            }
            try eventually("the tunnels have ended") {
                upstream.closedConnections == upstream.openedConnections
            }
        }
    }
}
