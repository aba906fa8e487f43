import ProxyCore
import Sockets
import Upstream

/// One event loop with its connections, on a serial queue of its own; shards share nothing that changes.
///
/// The actor is only the gate: what it guards is not Sendable, so that the compiler keeps it in.
actor Shard {
    private let executor: SerialQueueExecutor
    private let context: ShardContext
    private let sockets: ClientSockets
    private let admin: AdminHandler
    private var source: QueueSource?
    private var acceptors: [Acceptor] = []
    /// Raised when the actor is called.
    private let calls: WakeSignal
    /// Where other shards leave connections.
    nonisolated let inbox: ShardInbox

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.unowned
    }

    init(
        index: Int,
        configuration: CompiledConfiguration,
        limiter: ConnectionLimiter,
        status: ServerStatus,
        tunnels: TunnelLimiter,
        allowance: ConnectionAllowance,
        maximumLookups: Int,
        suffixes: PublicSuffixList,
        output: LogOutput
    ) throws(StartError) {
        do throws(SystemError) {
            calls = try WakeSignal()
            inbox = try ShardInbox()
        } catch {
            throw .system("\(error)")
        }
        executor = SerialQueueExecutor(label: "corsway.shard.\(index)", waits: calls)
        context = try ShardContext(
            configuration,
            index: index,
            metrics: status.shards[index],
            sharing: allowance,
            maximumLookups: maximumLookups,
            output: output,
            tunnels: tunnels
        )
        admin = AdminHandler(status, inbox: inbox)
        let planning = PlanningContext(context.urlParser, suffixes, pseudonym: configuration.pseudonym)
        let proxy = ProxyHandler(planning, limiter: limiter, admission: LocalLimits(context))
        sockets = ClientSockets(context, by: ListenerHandlers(proxy: proxy, admin: admin))
    }

    /// Starts to serve what other shards hand over.
    func start() throws(StartError) {
        do throws(SystemError) {
            try InboxHandler(inbox, sockets, admin).start()
            try CallHandler(calls, loop: context.loop).start()
        } catch {
            throw .system("\(error)")
        }
        source = QueueSource(descriptor: context.loop.number, queue: executor.queue) { [weak self] in
            self?.assumeIsolated { $0.run() }
        }
    }

    /// Accepts connections on a socket from now on, and deals them out.
    ///
    /// - Parameter inboxes: One for each shard, in their order, `nil` for this one.
    func accept(
        on socket: SharedSocket,
        of listener: Listener,
        inboxes: [ShardInbox?]
    ) throws(StartError) {
        let acceptor = Acceptor(socket, of: listener, for: sockets, inboxes: inboxes)
        do throws(SystemError) {
            try acceptor.start()
        } catch {
            throw .system("\(error)")
        }
        acceptors.append(acceptor)
    }

    private func run() {
        context.loop.run()
        wakeInTime()
    }

    /// Handles what has arrived until now, without lingering: whoever has called waits.
    private func catchUp() {
        context.loop.runOnce()
        wakeInTime()
    }

    private func wakeInTime() {
        source?.wake(at: context.loop.nextDeadline, now: context.loop.now)
    }

    /// Accepts what waits for the proxy, then listens no more; health can still be asked for.
    func stopAccepting() {
        for acceptor in acceptors where acceptor.listener.role == .proxy {
            acceptor.stop()
        }
        acceptors.removeAll { $0.listener.role == .proxy }
        catchUp()
    }

    /// Serves by another configuration from the next requests on.
    func adopt(_ configuration: CompiledConfiguration, _ output: LogOutput) {
        // What has arrived until now was sent while the old one was in force.
        catchUp()
        context.adopt(configuration, output)
        sockets.renew()
        catchUp()
    }

    /// Goes on accepting on these sockets, and on no others.
    func keepAccepting(on open: [OpenListener]) {
        acceptors = acceptors.filter { acceptor in
            guard
                let listener = open.first(where: { $0.sockets.contains { acceptor.accepts(on: $0) } })?
                    .listener
            else {
                acceptor.stop()
                return false
            }
            acceptor.listener = listener
            return true
        }
        catchUp()
    }

    /// Gives up what is still under way.
    func abandon() {
        sockets.abandon()
        context.finishRound()
    }

    /// Finishes what is under way, and closes the rest once no request has come for a moment of nanoseconds.
    func drain(grace: UInt64) {
        catchUp()
        sockets.drain(grace: grace)
        context.finishRound()
        catchUp()
    }
}

/// Takes over the connections that other shards leave.
private final class InboxHandler: EventHandler {
    /// So many connections are taken over in one round: some bring a request along.
    private static let maximumPerRound = 16

    private let inbox: ShardInbox
    private let sockets: ClientSockets
    private let admin: AdminHandler

    init(_ inbox: ShardInbox, _ sockets: ClientSockets, _ admin: AdminHandler) {
        self.inbox = inbox
        self.sockets = sockets
        self.admin = admin
    }

    func start() throws(SystemError) {
        let loop = sockets.context.loop
        try loop.watch(inbox.signal.number, .level(.readable), for: loop.register(self))
    }

    func ready(for readiness: Readiness) {
        inbox.signal.clear()
        while let (number, page) = inbox.takePage() {
            admin.deliver(page, number: number)
        }
        for _ in 0..<Self.maximumPerRound {
            guard let accepted = inbox.take() else { return }
            sockets.adopt(accepted)
        }
        // There may be more.
        inbox.signal.raise()
    }

    func deadlinePassed() {}
}

/// Lets the calls of a shard's actor have the queue, where the loop would go on as long as there is work.
private final class CallHandler: EventHandler {
    private let calls: WakeSignal
    private let loop: EventLoop

    init(_ calls: WakeSignal, loop: EventLoop) {
        self.calls = calls
        self.loop = loop
    }

    func start() throws(SystemError) {
        try loop.watch(calls.number, .level(.readable), for: loop.register(self))
    }

    func ready(for readiness: Readiness) {
        calls.clear()
        loop.makeWay()
    }

    func deadlinePassed() {}
}
