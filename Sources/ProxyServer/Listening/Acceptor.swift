import Sockets

/// Accepts connections on one listening socket and deals them out to the shards in turn.
final class Acceptor: EventHandler {
    /// So many are accepted before other events get their turn.
    private static let maximumPerRound = 16
    /// How long accepting rests when descriptors are used up.
    private static let pauseNanoseconds: UInt64 = 50_000_000
    /// How long it rests while another shard gives unused connections up.
    private static let shortPauseNanoseconds: UInt64 = 1_000_000
    /// So many unused connections to upstreams are given up at once for clients.
    private static let givenUpForClients = 16

    private let shared: SharedSocket
    /// What its connections have to know of it.
    var listener: Listener
    private let context: ShardContext
    private let sockets: ClientSockets
    private let inboxes: [ShardInbox?]
    private var token: EventToken?
    private var turn = 0
    /// Given up for a moment where there is no descriptor left, so that a client can be accepted and closed.
    private var reserve: Descriptor?

    /// - Parameter inboxes: One for each shard, `nil` for the acceptor's own.
    init(_ shared: SharedSocket, of listener: Listener, for sockets: ClientSockets, inboxes: [ShardInbox?]) {
        self.shared = shared
        self.listener = listener
        self.sockets = sockets
        context = sockets.context
        self.inboxes = inboxes
        reserve = Descriptor.reserve()
    }

    /// Whether it is this socket that it accepts on.
    func accepts(on other: SharedSocket) -> Bool { shared === other }

    func start() throws(SystemError) {
        let token = context.loop.register(self)
        self.token = token
        try context.loop.watch(shared.socket.descriptor.number, .level(.readable), for: token)
    }

    func ready(for readiness: Readiness) {
        for _ in 0..<Self.maximumPerRound {
            guard acceptOne() else { return }
        }
    }

    func deadlinePassed() {
        if reserve == nil { reserve = Descriptor.reserve() }
        resume()
    }

    /// Takes what waits in the queue, then lets nobody in any more.
    func stop() {
        guard let token else { return }
        while acceptOne() {}
        context.loop.unwatch(shared.socket.descriptor.number)
        context.loop.deregister(token)
        self.token = nil
    }

    private func acceptOne() -> Bool {
        switch shared.socket.accept() {
        case .connection(let descriptor, let peer):
            dealOut(descriptor, peer)
            return true
        case .aborted:
            return true
        case .none:
            return false
        case .failed(let error):
            // What no request uses goes before anybody is turned away.
            if context.pool.giveUpIdle(atMost: Self.givenUpForClients) > 0 { return true }
            pause(error, resets: !context.pool.askOthersToGiveUpIdle())
            return false
        }
    }

    private func dealOut(_ descriptor: consuming Descriptor, _ peer: Peer) {
        let verdict = sockets.admit(peer, by: listener)
        if case .dropped = verdict { return }
        let accepted = AcceptedConnection(
            descriptor: descriptor,
            peer: peer,
            listener: listener,
            verdict: verdict
        )
        turn = turn + 1 < inboxes.count ? turn + 1 : 0
        if let inbox = inboxes[turn] {
            inbox.put(accepted)
        } else {
            sockets.adopt(accepted)
        }
    }

    /// Rests, since without a pause the listener would be reported over and over while nothing can be accepted.
    ///
    /// - Parameter resets: Whether the client that waits is told so by a reset: there will be no descriptor soon.
    private func pause(_ error: SystemError, resets: Bool) {
        if resets {
            context.logger.warning(
                "No connection can be accepted for now: \(error). Raise the limit of open files."
            )
            reserve = nil
            if case .connection(let descriptor, _) = shared.socket.accept() {
                StreamSocket(descriptor.number).resetOnClose()
            }
            reserve = Descriptor.reserve()
        }
        guard let token else { return }
        _ = Result { () throws(SystemError) in
            try context.loop.rewatch(shared.socket.descriptor.number, .level([]), for: token)
        }
        let pause = resets ? Self.pauseNanoseconds : Self.shortPauseNanoseconds
        context.loop.setDeadline(context.loop.now.advanced(byNanoseconds: pause), for: token)
    }

    private func resume() {
        guard let token else { return }
        _ = Result { () throws(SystemError) in
            try context.loop.rewatch(shared.socket.descriptor.number, .level(.readable), for: token)
        }
    }
}
