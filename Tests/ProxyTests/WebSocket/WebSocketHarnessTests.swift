import TestSupport
import Testing

/// The tests' own WebSocket ends, against each other and against those of another hand.
@Suite struct WebSocketHarnessTests {
    @Test func `the accept value is that of the RFC's example`() {
        #expect(WebSocketHandshake.accept(WebSocketHandshake.key) == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        #expect(WebSocketHandshake.accept("x3JJHMbDL1EzLkh9GBhXDw==") == "HSmrc0sMlYUkAGmm5OPpG2HaGWk=")
    }

    @Test func `a client key is a subprotocol without padding`() {
        #expect(WebSocketHandshake.subprotocol(ofClientKey: "k>?k") == "corsway.key.az4_aw")
    }

    /// A client of the harness, straight at a server.
    private func open(_ port: Int, _ path: String, _ fields: [String] = []) throws -> WebSocketPeer {
        let lines = ["GET \(path) HTTP/1.1", "Host: localhost"] + WebSocketHandshake.fields + fields
        return try RawClient(port: port).openWebSocket(lines.joined(separator: "\r\n") + "\r\n\r\n")
    }

    @Test(arguments: [0, 1, 125, 126, 65_535, 65_536])
    func `frames of each length come back from a server of another hand`(count: Int) throws {
        let server = try PythonWebSocketServer()
        let socket = try open(server.port, "/echo")
        let message = WebSocketFrame(.binary, pseudoRandomBytes(count))
        try socket.send(message)
        #expect(try socket.receive() == message)
        try socket.send(.close(3_000, "done"))
        let end = try socket.receive()
        #expect(end?.closeCode == 3_000)
        #expect(try socket.receive() == nil)
    }

    @Test func `a client of another hand finds an echo in the harness`() throws {
        let upstream = try ScriptedUpstream.webSocket()
        let findings = try PythonWebSocketClient.findings(
            at: "ws://\(upstream.authority)/",
            port: upstream.port,
            only: ["text", "many"]
        )
        #expect(findings == ["text": "Grüße ☂", "many": "True"])
    }
}
