import Sockets

/// Unused connections that are of no use any more, of which a few are closed in each round.
final class LeavingConnections: EventHandler {
    /// To close one takes some system calls, and others wait meanwhile.
    static let maximumClosedAtOnce = 32

    private let loop: EventLoop
    private let close: (UpstreamConnection) -> Void
    private var connections: [UpstreamConnection] = []
    private var token: EventToken?

    /// - Parameter close: Closes a connection, unless it is used again by then.
    init(on loop: EventLoop, close: @escaping (UpstreamConnection) -> Void) {
        self.loop = loop
        self.close = close
    }

    /// Closes connections, a few of them at once.
    func add(_ connections: [UpstreamConnection]) {
        self.connections += connections
        closeSome()
    }

    private func closeSome() {
        for _ in 0..<Self.maximumClosedAtOnce {
            guard let connection = connections.popLast() else { return }
            close(connection)
        }
        guard !connections.isEmpty else { return }
        let token = token ?? loop.register(self)
        self.token = token
        loop.callAgain(token)
    }

    func ready(for readiness: Readiness) {
        closeSome()
    }

    func deadlinePassed() {}
}
