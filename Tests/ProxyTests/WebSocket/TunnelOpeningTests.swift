import TestSupport
import Testing

/// What happens around the 101: what came too early, what came before, and limits that are not a tunnel's.
@Suite struct TunnelOpeningTests {
    private static let early = WebSocketFrame.text("early").encoded(mask: [1, 2, 3, 4])
    private static let echoed = WebSocketFrame.text("early").encoded()

    @Test func `a connection that has served requests becomes a tunnel`() throws {
        let upstream = try ScriptedUpstream { connection in
            while let request = try connection.readRequest() {
                if request.value(of: "Sec-WebSocket-Key") != nil {
                    return try connection.becomeWebSocket(opened: request).echo()
                }
                try connection.send(Answer.text(request.target))
            }
        }
        let proxy = try ProxyProcess()
        let client = try proxy.connect()
        // One behind the other, and all at once.
        let requests = ["/1", "/2"].map { proxy.head("GET", upstream.url($0)) }.joined()
        try client.send(
            Array((requests + proxy.head("GET", upstream.url("/3"), WebSocketHandshake.fields)).utf8)
                + Self.early
        )
        #expect(try client.readResponse().text == "/1")
        #expect(try client.readResponse().text == "/2")
        #expect(try client.readHead().status == 101)
        #expect(try client.reader.read(count: Self.echoed.count) == Self.echoed)
        #expect(upstream.requests.last?.target == "/3")
        #expect(upstream.requests.last?.connection == 1, "a connection of its own")
    }

    @Test func `a client that has ended its direction before the answer still gets all`() throws {
        let answering = Latch()
        let upstream = try ScriptedUpstream { connection in
            guard let request = try connection.readRequest() else { return }
            try answering.wait()
            try connection.becomeWebSocket(opened: request).echo()
            // The client's end has come, too.
            try connection.send(WebSocketFrame.text("bye").encoded())
        }
        let proxy = try ProxyProcess()
        let client = try proxy.connect()
        let head = Array(proxy.head("GET", upstream.url(), WebSocketHandshake.fields).utf8)
        try client.send(head + Self.early)
        try eventually("the handshake is under way") { upstream.requests.count == 1 }
        client.socket.finishWriting()
        answering.open()
        var answer = try client.readHead()
        while answer.status == 102 { answer = try client.readHead() }
        #expect(answer.status == 101)
        #expect(try client.reader.read(count: Self.echoed.count) == Self.echoed)
        #expect(try client.reader.readToEnd() == WebSocketFrame.text("bye").encoded())
        #expect(client.reader.ending == .closed)
    }

    @Test(arguments: LifecycleTests.Departure.allCases)
    func `an upstream that leaves with its 101 is passed on with what it sent`(
        departure: LifecycleTests.Departure
    ) throws {
        let seen = Latch()
        let upstream = try ScriptedUpstream { connection in
            guard try connection.readRequest() != nil else { return }
            let answer = WebSocketHandshake.answer(to: WebSocketHandshake.key)
            try connection.send(Array(answer.utf8) + Self.echoed)
            // What a reset overtakes is lost in the kernel already.
            if departure == .reset { try seen.wait() }
            if departure == .reset { connection.reset() } else { connection.close() }
        }
        let proxy = try ProxyProcess()
        let socket = try proxy.openWebSocket(upstream.url())
        #expect(try socket.receiveText() == "early")
        seen.open()
        #expect(try socket.readEnding() == (departure == .reset ? .reset : .closed))
    }

    @Test func `the limits of bodies are none of a tunnel's`() throws {
        let upstream = try ScriptedUpstream.webSocket()
        let proxy = try ProxyProcess(#"{"limits": {"requestBody": 10, "responseBody": 10}}"#)
        let socket = try proxy.openWebSocket(upstream.url())
        let message = WebSocketFrame(.binary, pseudoRandomBytes(200_000))
        try socket.send(message)
        #expect(try socket.receive() == message)
    }

    @Test func `what a client sends before the answer is bounded`() throws {
        let upstream = try ScriptedUpstream { connection in
            _ = try connection.readRequest()
            try connection.awaitClose(within: .seconds(60))
        }
        let proxy = try ProxyProcess()
        let before = proxy.child.residentBytes
        let client = try proxy.connect()
        try client.send(proxy.head("GET", upstream.url(), WebSocketHandshake.fields))
        let (socket, sent) = (client.socket, Counter())
        let flood = Background {
            for _ in 1...4_000 {
                try socket.write([UInt8](repeating: 0x55, count: 16_384), until: Deadline(in: .seconds(60)))
                sent.add(16_384)
            }
        }
        #expect(try settled("the flood") { sent.value } < 24 << 20)
        #expect(proxy.child.residentBytes - before < 4 << 20)
        #expect(upstream.openedConnections == 1)
        client.socket.shutDown()
        client.socket.reset()
        #expect(throws: (any Error).self) { try flood.value() }
        try eventually("the upstream's connection is closed") { upstream.closedConnections == 1 }
    }

    @Test func `a head of a 101 that is too long is a 502`() throws {
        let fields = (1...20).map { "X-\($0): \(String(repeating: "x", count: 4_000))" }
        let upstream = try ScriptedUpstream.webSocket(fields)
        let response = try ProxyProcess().handshake(upstream.url())
        #expect(response.status == 502, "\(response)")
    }

    @Test func `a handshake that waits for 100 has no body to send`() throws {
        let upstream = try ScriptedUpstream.webSocket()
        let proxy = try ProxyProcess()
        let client = try proxy.connect()
        let fields = WebSocketHandshake.fields + ["Expect: 100-continue"]
        try client.send(Array(proxy.head("GET", upstream.url(), fields).utf8) + Self.early)
        var head = try client.readHead()
        while head.status == 100 { head = try client.readHead() }
        #expect(head.status == 101 || head.status == 400, "\(head)")
        if head.status == 101 {
            #expect(try client.reader.read(count: Self.echoed.count) == Self.echoed)
        }
    }

    @Test func `a tunnel reaches an upstream on IPv6, and a name by upstream-hosts`() throws {
        let upstream = try ScriptedUpstream.webSocket(host: "::1")
        let hosts = #"{"upstream": {"hosts": {"api.example.com": "\#(upstream.authority)"}}}"#
        let proxy = try ProxyProcess(hosts)
        for target in ["ws://\(upstream.authority)/", "ws://api.example.com/x"] {
            let socket = try proxy.openWebSocket(target)
            try socket.send("hello")
            #expect(try socket.receiveText() == "hello")
        }
        #expect(upstream.requests.last?.value(of: "Host") == "api.example.com")
    }
}
