import Testing

@testable import ProxyServer

/// A client's connection in process, over one end of a pair.
@Suite struct ClientSocketTests {
    @Test func `a client that leaves instead of sending its body has nothing read behind its end`() throws {
        let stage = try ExchangeStage()
        let client = try PairedClient(of: stage)
        let socket = client.socket
        let head = """
            POST /http://api.example/x HTTP/1.1\r
            Host: localhost:8080\r
            Origin: http://localhost:3000\r
            Content-Length: 4\r
            Expect: 100-continue\r
            \r

            """
        #expect(client.send(head))
        client.close()
        stage.runLoop()
        // The 100 found nobody: the number may be another connection's now.
        #expect(stage.observer.began == 1 && stage.observer.ended == 1)
        #expect(stage.upstreams.opened.map(\.ends) == [1])
        #expect(!socket.mayRead)
        var buffer = [UInt8](repeating: 0, count: 16)
        #expect(socket.receive(into: &buffer) == nil)
        socket.write { $0.append(1) }
        #expect(socket.isDrained, "nothing waits for a connection that is gone")
    }
}
