import Glibc
import Sockets
import Testing

@testable import ProxyServer

/// A client of a stage at the other end of a pair of sockets.
final class PairedClient {
    let socket: ClientSocket
    private let sockets: ClientSockets
    private var number: Int32

    init(of stage: ExchangeStage) throws {
        let status = ServerStatus(
            shards: 1,
            limiter: stage.handler.limiter,
            maximumAdminConnections: 1,
            sinks: [],
            version: "test"
        )
        let admin = AdminHandler(status, inbox: try ShardInbox())
        sockets = ClientSockets(stage.context, by: ListenerHandlers(proxy: stage.handler, admin: admin))
        var numbers: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        try #require(socketpair(AF_UNIX, kind, 0, &numbers) == 0)
        number = numbers[1]
        socket = ClientSocket(Descriptor(owning: numbers[0]), of: stage.endpoint, among: sockets)
        try socket.start(by: stage.handler)
    }

    deinit { close() }

    /// Whether all of a text was sent.
    func send(_ text: String) -> Bool { write(number, text, text.utf8.count) == text.utf8.count }

    func close() {
        if number >= 0 { Glibc.close(number) }
        number = -1
    }
}
