import Glibc
import Sockets
import Testing

@testable import ProxyServer

/// A client's connection in process, over one end of a pair.
@Suite struct ClientSocketTests {
    @Test func `a client that leaves instead of sending its body has nothing read behind its end`() throws {
        let stage = try ExchangeStage()
        let status = ServerStatus(
            shards: 1,
            limiter: stage.handler.limiter,
            maximumAdminConnections: 1,
            sinks: [],
            version: "test"
        )
        let admin = AdminHandler(status, inbox: try ShardInbox())
        let sockets = ClientSockets(
            stage.context,
            by: ListenerHandlers(proxy: stage.handler, admin: admin)
        )
        var numbers: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        try #require(socketpair(AF_UNIX, kind, 0, &numbers) == 0)
        let socket = ClientSocket(Descriptor(owning: numbers[0]), of: stage.endpoint, among: sockets)
        try socket.start(by: stage.handler)
        let head = """
            POST /http://api.example/x HTTP/1.1\r
            Host: localhost:8080\r
            Origin: http://localhost:3000\r
            Content-Length: 4\r
            Expect: 100-continue\r
            \r

            """
        #expect(write(numbers[1], head, head.utf8.count) == head.utf8.count)
        close(numbers[1])
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
