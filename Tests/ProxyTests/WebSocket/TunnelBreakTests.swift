import TestSupport
import Testing

/// Tunnels of which one side breaks, and what had come before.
@Suite struct TunnelBreakTests {
    private static let payload = pseudoRandomBytes(200_000)

    private static func proxy() throws -> (ProxyProcess, Admin) {
        let proxy = try ProxyProcess("{\(Admin.config)}")
        return (proxy, try Admin(of: proxy))
    }

    /// Waits until the proxy has passed so many bytes on, though its kernel may still have them.
    private static func awaitBytes(_ count: Int, _ direction: String, _ admin: Admin) throws {
        let name = #"corsway_tunnel_bytes_total{direction="\#(direction)"}"#
        try admin.metrics("\(count) bytes \(direction)") { $0[name] >= Double(count) }
    }

    @Test func `what an upstream has sent before it breaks reaches a slow client`() throws {
        let turn = Latch()
        let frame = WebSocketFrame(.binary, Self.payload)
        let upstream = try ScriptedUpstream.webSocket { socket in
            try socket.send(frame)
            try turn.wait()
            socket.socket.reset()
        }
        let (proxy, admin) = try Self.proxy()
        let socket = try proxy.openWebSocket(upstream.url(), receiveBuffer: 4_096)
        try Self.awaitBytes(frame.encoded().count, "sent", admin)
        turn.open()
        try admin.metrics("no tunnel") { $0["corsway_tunnels"] == 0 }
        #expect(try socket.receive() == frame)
        try socket.readEnding()
    }

    @Test(arguments: LifecycleTests.Departure.allCases)
    func `what a client has sent before it leaves reaches a slow upstream`(
        departure: LifecycleTests.Departure
    ) throws {
        let (turn, heard) = (Latch(), Counter())
        // More than the upstream's kernel takes of what nobody reads.
        let frame = WebSocketFrame(.binary, (1...10).flatMap { _ in Self.payload })
        let upstream = try ScriptedUpstream.webSocket { socket in
            try turn.wait(within: .seconds(60))
            if try socket.receive() == frame { heard.add() }
            try socket.readEnding()
        }
        let (proxy, admin) = try Self.proxy()
        let client = try proxy.connect()
        let socket = try client.openWebSocket(proxy.head("GET", upstream.url(), WebSocketHandshake.fields))
        let bytes = socket.bytes(of: frame)
        try socket.socket.write(bytes)
        try Self.awaitBytes(bytes.count, "received", admin)
        departure.leave(client)
        if departure == .reset { try admin.metrics("no tunnel") { $0["corsway_tunnels"] == 0 } }
        turn.open()
        try eventually("the upstream has had its end") { upstream.closedConnections == 1 }
        #expect(heard.value == 1)
    }

    @Test func `what a client has sent before its end reaches an upstream that only sends`() throws {
        let (turn, heard) = (Latch(), Counter())
        let frame = WebSocketFrame(.binary, (1...10).flatMap { _ in Self.payload })
        let upstream = try ScriptedUpstream.webSocket { socket in
            // More than the proxy can pass on: unread, the rest would make a reset of its close.
            for _ in 1...20 { try socket.send(WebSocketFrame(.binary, Self.payload)) }
            try turn.wait(within: .seconds(60))
            if try socket.receive() == frame { heard.add() }
            try socket.readEnding()
        }
        let (proxy, admin) = try Self.proxy()
        let client = try proxy.connect(receiveBuffer: 4_096)
        let socket = try client.openWebSocket(proxy.head("GET", upstream.url(), WebSocketHandshake.fields))
        let bytes = socket.bytes(of: frame)
        try socket.socket.write(bytes)
        try Self.awaitBytes(bytes.count, "received", admin)
        client.socket.reset()
        try admin.metrics("no tunnel") { $0["corsway_tunnels"] == 0 }
        turn.open()
        try eventually("the upstream has had its end") { upstream.closedConnections == 1 }
        #expect(heard.value == 1)
    }

    @Test func `a client that breaks off behind its close frame has that passed on`() throws {
        let closed = Counter()
        let upstream = try ScriptedUpstream.webSocket { socket in
            if try socket.receive()?.closeCode == 1_001 { closed.add() }
        }
        let (proxy, _) = try Self.proxy()
        for number in 1...20 {
            let client = try proxy.connect()
            let head = proxy.head("GET", upstream.url(), WebSocketHandshake.fields)
            let socket = try client.openWebSocket(head)
            try socket.send(.close(1_001))
            // So does a page that is left: bytes that it has not read make a reset of its close.
            socket.socket.reset()
            try eventually("the upstream has had its end") { upstream.closedConnections == number }
        }
        #expect(closed.value == 20)
    }

    @Test func `an upstream that is gone behind its end ends the tunnel`() throws {
        let upstream = try ScriptedUpstream.webSocket { $0.socket.close() }
        let (proxy, admin) = try Self.proxy()
        let socket = try proxy.openWebSocket(upstream.url())
        #expect(try socket.receive() == nil)
        // To this the upstream's kernel answers with a reset.
        try socket.send("is anybody there?")
        let over = try admin.metrics("no tunnel") { $0["corsway_tunnels"] == 0 }
        #expect(over[#"corsway_tunnels_ended_total{reason="upstream"}"#] == 1)
    }
}
