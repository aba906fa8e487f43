import TestSupport
import Testing

/// How long a tunnel may be silent, and how much waits in it.
@Suite struct TunnelTimeTests {
    @Test func `a tunnel that is silent for streamIdleTimeout ends at both sides`() throws {
        let upstream = try ScriptedUpstream.webSocket { try $0.readEnding() }
        let proxy = try ProxyProcess(#"{"upstream": {"streamIdleTimeout": "400ms"}}"#)
        let socket = try proxy.openWebSocket(upstream.url())
        try socket.readEnding(within: .seconds(10))
        try eventually("the upstream's side has ended") { upstream.closedConnections == 1 }
    }

    @Test(arguments: ["client", "upstream"])
    func `a byte in either direction keeps a tunnel open, past every other time`(from side: String) throws {
        let upstream = try ScriptedUpstream.webSocket { socket in
            if side == "client" { return try socket.echo() }
            for _ in 1...12 {
                try pause(.milliseconds(400))
                try socket.send(WebSocketFrame(.ping))
            }
            try socket.send("end")
        }
        let times = """
            {"upstream": {"streamIdleTimeout": "3s", "idleTimeout": "1s", "responseTimeout": "1s",
             "connectTimeout": "1s", "poolIdleTimeout": "1s"},
             "limits": {"idleTimeout": "1s", "headerTimeout": "1s", "bodyTimeout": "1s",
             "writeTimeout": "1s"}}
            """
        let socket = try ProxyProcess(times).openWebSocket(upstream.url())
        if side == "client" {
            for _ in 1...12 {
                try pause(.milliseconds(400))
                try socket.socket.write(Array(socket.bytes(of: WebSocketFrame(.ping))))
                #expect(try socket.receive()?.opcode == .ping)
            }
        } else {
            var frame = try socket.receive()
            while frame?.opcode == .ping { frame = try socket.receive() }
            #expect(frame?.text == "end")
        }
    }

    @Test func `a client that reads nothing is let go after writeTimeout`() throws {
        let upstream = try ScriptedUpstream.webSocket { try Self.flood($0.socket, Counter()) }
        let proxy = try ProxyProcess(#"{"limits": {"writeTimeout": "500ms"}}"#)
        let socket = try proxy.openWebSocket(upstream.url(), receiveBuffer: 4_096)
        try eventually("the upstream is let go") { upstream.closedConnections == 1 }
        socket.socket.close()
    }

    /// Writes without end, and counts what was taken.
    private static func flood(_ socket: Socket, _ sent: Counter) throws {
        let piece = [UInt8](repeating: 0x55, count: 16_384)
        while true {
            try socket.write(piece, until: Deadline(in: .seconds(60)))
            sent.add(piece.count)
        }
    }

    /// What the kernel holds of a connection on either side, with the proxy's two buffers, at most.
    private static let bound = 24 << 20

    @Test func `a client that reads nothing stops the upstream, and is still heard`() throws {
        let (sent, heard) = (Counter(), Counter())
        let upstream = try ScriptedUpstream.webSocket { socket in
            let stream = socket.socket
            let flood = Background { try Self.flood(stream, sent) }
            while try socket.receive() != nil { heard.add() }
            stream.shutDown()
            _ = Result { try flood.value() }
        }
        let proxy = try ProxyProcess()
        let before = proxy.child.residentBytes
        let socket = try proxy.openWebSocket(upstream.url(), receiveBuffer: 4_096)
        let stopped = try settled("the flood") { sent.value }
        #expect(stopped > 0 && stopped < Self.bound)
        #expect(proxy.child.residentBytes - before < 4 << 20)
        for number in 1...200 {
            try socket.send("still here")
            try eventually("the upstream hears message \(number)") { heard.value == number }
        }
        #expect(try settled("the flood") { sent.value } <= stopped + (1 << 20))
        // Read again, all goes on.
        _ = try socket.reader.read(count: stopped)
        try eventually("the upstream goes on") { sent.value > stopped }
        socket.socket.close()
        try eventually("the tunnel has ended") { upstream.closedConnections == 1 }
    }

    @Test func `an upstream that reads nothing stops the client, and is still heard`() throws {
        let (done, sent) = (Latch(), Counter())
        let upstream = try ScriptedUpstream.webSocket { socket in
            for number in 1...200 { try socket.send("\(number)") }
            try done.wait(within: .seconds(60))
            try socket.readEnding(within: .seconds(60))
        }
        let proxy = try ProxyProcess()
        let before = proxy.child.residentBytes
        let socket = try proxy.openWebSocket(upstream.url())
        let stream = socket.socket
        let flood = Background { try Self.flood(stream, sent) }
        let stopped = try settled("the flood") { sent.value }
        #expect(stopped > 0 && stopped < Self.bound)
        #expect(proxy.child.residentBytes - before < 4 << 20)
        for number in 1...200 { #expect(try socket.receiveText() == "\(number)") }
        done.open()
        try eventually("the client goes on") { sent.value > stopped + (1 << 20) }
        socket.socket.shutDown()
        #expect(throws: (any Error).self) { try flood.value() }
        try eventually("the tunnel has ended") { upstream.closedConnections == 1 }
    }
}

/// Lets some time pass: what is tested here is time.
private func pause(_ duration: Duration) throws {
    let deadline = Deadline(in: duration)
    try eventually("some time has passed") { deadline.hasPassed }
}
