import Synchronization
import TestSupport
import Testing

/// How a tunnel ends: each end hears of the other's, in the way that it happened.
@Suite struct TunnelEndTests {
    private enum Shared {
        static let proxy = Result { try ProxyProcess() }
    }

    @Test(arguments: [
        (1_000, ""), (1_001, "gone"), (3_000, "grün"), (4_999, String(repeating: "x", count: 123)),
    ])
    func `close frames pass in both directions`(code: Int, reason: String) throws {
        let upstream = try ScriptedUpstream.webSocket { socket in
            guard try socket.receive() == .text("close") else { return try socket.echo() }
            try socket.send(.close(code, reason))
            _ = try socket.receive()
        }
        for command in ["close", "echo"] {
            let socket = try Shared.proxy.get().openWebSocket(upstream.url())
            try socket.send(command)
            if command == "echo" { try socket.send(.close(code, reason)) }
            #expect(try socket.receive() == .close(code, reason))
            if command == "close" { try socket.send(.close(code, reason)) }
            #expect(try socket.receive() == nil)
            #expect(socket.reader.ending == .closed)
        }
        try eventually("the upstream's connections are closed") { upstream.closedConnections == 2 }
    }

    @Test func `a close frame without a code and one in mid-message pass as they are`() throws {
        let upstream = try ScriptedUpstream.webSocket()
        let socket = try Shared.proxy.get().openWebSocket(upstream.url())
        try socket.send(.text("half", isFinal: false))
        try socket.send(WebSocketFrame(.ping, [1]))
        try socket.send(WebSocketFrame(.continuation, [], isFinal: false))
        try socket.send(WebSocketFrame(.close))
        #expect(try socket.receive() == .text("half", isFinal: false))
        #expect(try socket.receive() == WebSocketFrame(.ping, [1]))
        #expect(try socket.receive() == WebSocketFrame(.continuation, [], isFinal: false))
        #expect(try socket.receive() == WebSocketFrame(.close))
        #expect(try socket.receive() == nil)
    }

    @Test(arguments: LifecycleTests.Departure.allCases)
    func `an upstream that ends within a frame is passed on as it ended`(
        departure: LifecycleTests.Departure
    ) throws {
        let passed = Latch()
        let upstream = try ScriptedUpstream.webSocket { socket in
            try socket.socket.write(Array(WebSocketFrame.text("0123456789").encoded().prefix(7)))
            try passed.wait()
            if departure == .reset { socket.socket.reset() } else { socket.socket.close() }
        }
        let socket = try Shared.proxy.get().openWebSocket(upstream.url())
        #expect(try socket.reader.read(count: 7).count == 7)
        passed.open()
        #expect(try socket.readEnding() == (departure == .reset ? .reset : .closed))
    }

    @Test(arguments: LifecycleTests.Departure.allCases)
    func `a client that ends within a frame is passed on as it ended`(departure: LifecycleTests.Departure)
        throws
    {
        let seen = Mutex<Socket.Arrival?>(nil)
        let upstream = try ScriptedUpstream.webSocket { socket in
            _ = try socket.reader.read(count: 7)
            try socket.send("got it")
            let end = try socket.readEnding()
            seen.withLock { $0 = end }
        }
        let proxy = try Shared.proxy.get()
        let client = try proxy.connect()
        let socket = try client.openWebSocket(proxy.head("GET", upstream.url(), WebSocketHandshake.fields))
        try client.send(Array(socket.bytes(of: .text("0123456789")).prefix(7)))
        #expect(try socket.receiveText() == "got it")
        departure.leave(client)
        try eventually("the upstream has heard of it", within: .seconds(5)) { seen.withLock { $0 != nil } }
        #expect(seen.withLock { $0 } == (departure == .reset ? .reset : .closed))
    }

    @Test func `each side may end its own direction and go on to read`() throws {
        let upstream = try ScriptedUpstream.webSocket { socket in
            // The client's end first, then three more messages to it.
            while let frame = try socket.receive() { try socket.send(frame) }
            for number in 1...3 { try socket.send("behind \(number)") }
        }
        let socket = try Shared.proxy.get().openWebSocket(upstream.url())
        try socket.send("one")
        try socket.send("two")
        socket.socket.finishWriting()
        for text in ["one", "two", "behind 1", "behind 2", "behind 3"] {
            #expect(try socket.receiveText() == text)
        }
        #expect(try socket.receive() == nil)
        #expect(socket.reader.ending == .closed)
    }

    @Test func `an upstream that ends its own direction still hears the client`() throws {
        let seen = Counter()
        let upstream = try ScriptedUpstream.webSocket { socket in
            try socket.send("last")
            socket.socket.finishWriting()
            while try socket.receive() != nil { seen.add() }
        }
        let socket = try Shared.proxy.get().openWebSocket(upstream.url())
        #expect(try socket.receiveText() == "last")
        #expect(try socket.receive() == nil)
        for _ in 1...3 { try socket.send("more") }
        try eventually("the upstream has heard the client") { seen.value == 3 }
        socket.socket.close()
        try eventually("the tunnel has ended") { upstream.closedConnections == 1 }
    }

    @Test func `no probe bytes come into a tunnel whose client has ended its direction`() throws {
        let upstream = try ScriptedUpstream.webSocket { socket in
            while try socket.receive() != nil {}
            // Longer than the time after which a half-closed client is probed elsewhere.
            let deadline = Deadline(in: .milliseconds(3_500))
            try eventually("a while has passed") { deadline.hasPassed }
            try socket.send("late")
        }
        let socket = try Shared.proxy.get().openWebSocket(upstream.url())
        socket.socket.finishWriting()
        let late = WebSocketFrame.text("late").encoded()
        #expect(try socket.reader.readToEnd() == late)
    }

    @Test func `descriptors and figures are level after tunnels that were cut anywhere`() throws {
        let upstream = try ScriptedUpstream.webSocket()
        let proxy = try ProxyProcess("{\(Admin.config)}")
        let admin = try Admin(of: proxy)
        var generator = SplitMix64(seed: 11)
        func cut() throws {
            let client = try proxy.connect()
            let head = Array(proxy.head("GET", upstream.url(), WebSocketHandshake.fields).utf8)
            let frame = WebSocketFrame.text("0123456789").encoded(mask: [1, 2, 3, 4])
            let bytes = head + frame + frame
            // As many within the head as behind it.
            let isHeadWhole = Bool.random(using: &generator)
            let lengths = isHeadWhole ? head.count...bytes.count : 1...head.count
            let length = Int.random(in: lengths, using: &generator)
            try client.send(Array(bytes[..<length]))
            if length >= head.count, Bool.random(using: &generator) { _ = try client.readHead() }
            if Bool.random(using: &generator) { client.socket.reset() } else { client.socket.close() }
        }
        for _ in 1...100 { try cut() }
        let before = try settled("the descriptors") { proxy.child.descriptorCount }
        for _ in 1...500 { try cut() }
        try eventually("the descriptors are level again") { proxy.child.descriptorCount <= before + 2 }
        let metrics = try admin.metrics("no tunnel is left") { $0.sum("corsway_tunnels") == 0 }
        let opened = metrics.sum("corsway_tunnels_opened_total")
        #expect(opened > 100)
        #expect(metrics.sum("corsway_tunnels_ended_total") == opened)
        let socket = try proxy.openWebSocket(upstream.url())
        try socket.send("still")
        #expect(try socket.receiveText() == "still")
    }
}
