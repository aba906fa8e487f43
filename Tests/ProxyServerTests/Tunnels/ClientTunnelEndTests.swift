import Testing

@testable import ProxyServer

/// The client's side of a tunnel over a real socket.
@Suite struct ClientTunnelEndTests {
    /// A client whose handshake an upstream has accepted.
    private static func open(_ stage: ExchangeStage, _ upstream: ScriptedTunnelEnd) throws -> PairedClient {
        let client = try PairedClient(of: stage)
        let head = """
            GET /ws://127.0.0.1:9000/x HTTP/1.1\r
            Host: localhost:8080\r
            Connection: Upgrade\r
            Upgrade: websocket\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            \r

            """
        try #require(client.send(head))
        stage.runLoop()
        let answer = ExchangeStage.head(
            101,
            [(.connection, "upgrade"), (.upgrade, "websocket"), (.secWebSocketAccept, "A")]
        )
        try #require(stage.upstreams.opened.first?.transfer).upgraded(answer, upstream)
        stage.upstreams.clear()
        stage.runLoop()
        return client
    }

    @Test func `a tunnel holds no configuration that was replaced`() throws {
        let stage = try ExchangeStage()
        let upstream = ScriptedTunnelEnd()
        weak let first: CompiledConfiguration? = stage.context.configuration
        let client = try Self.open(stage, upstream)
        #expect(first != nil)
        try stage.adopt()
        client.socket.renewWhereIdle()
        stage.runLoop()
        #expect(upstream.tunnel != nil && upstream.endings.isEmpty, "it stays open")
        #expect(first == nil)
        client.close()
        stage.runLoop()
        #expect(upstream.endings.count == 1)
        #expect(upstream.tunnel == nil && stage.context.tunnels.count == 0)
    }
}
