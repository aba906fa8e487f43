import Sockets

/// The connections of one shard's clients, from the moment that they are accepted to their end.
final class ClientSockets {
    /// So many take note of another configuration in one round.
    private static let maximumRenewed = 256

    let context: ShardContext
    private let handlers: ListenerHandlers
    private var open: [ObjectIdentifier: ClientSocket] = [:]
    /// Those that have not taken note of the configuration yet.
    private var outdated: [ClientSocket] = []
    private var renewal: EventToken?
    /// Made when the first connection of a listener comes.
    private var tlsContexts: [ObjectIdentifier: (material: TLSMaterial, context: TLSContext)] = [:]

    init(_ context: ShardContext, by handlers: ListenerHandlers) {
        self.context = context
        self.handlers = handlers
    }

    /// Counts a connection in that a listener has accepted, and says what becomes of it.
    func admit(_ peer: Peer, by listener: Listener) -> ConnectionLimiter.Verdict {
        handlers.handler(of: listener).limiter.admit(peer.address)
    }

    /// Serves a connection from now on.
    func adopt(_ accepted: consuming AcceptedConnection) {
        let client = ClientEndpoint(accepted.peer, on: accepted.listener, accepted.verdict)
        let handler = handlers.handler(of: client.listener)
        let socket = ClientSocket(
            Descriptor(owning: accepted.takeDescriptor()),
            of: client,
            among: self
        )
        open[ObjectIdentifier(socket)] = socket
        if handler.isCounted { context.journal.connectionOpened() }
        do throws(SystemError) {
            try socket.start(by: handler)
        } catch {
            socket.close()
        }
    }

    /// Counts a connection out that is closed.
    func remove(_ socket: ClientSocket) {
        guard open.removeValue(forKey: ObjectIdentifier(socket)) != nil else { return }
        let client = socket.client
        let handler = handlers.handler(of: client.listener)
        handler.limiter.release(client.peer.address, client.verdict)
        if handler.isCounted { context.journal.connectionClosed() }
    }

    /// TLS for a connection of a listener.
    func stream(of material: TLSMaterial, on socket: StreamSocket) throws(SystemError) -> TLSStream {
        guard let tlsContext = tlsContext(material) else { throw .outOfMemory }
        return TLSStream(tlsContext, on: socket)
    }

    private func tlsContext(_ material: TLSMaterial) -> TLSContext? {
        if let known = tlsContexts[ObjectIdentifier(material)] { return known.context }
        do throws(TLSIdentityError) {
            let made = try material.context()
            tlsContexts[ObjectIdentifier(material)] = (material, made)
            return made
        } catch {
            context.logger.error("A certificate cannot be served: \(error.message) \(error.mend)")
            return nil
        }
    }

    // MARK: Another configuration

    /// Serves by another configuration from the next requests on.
    func renew() {
        // Those that are still served are made again; the others went with their listeners.
        tlsContexts.removeAll()
        outdated = Array(open.values)
        renewSome()
    }

    /// Has connections take note of the configuration, some in each round; what is asked meanwhile counts by it
    /// already.
    private func renewSome() {
        for _ in 0..<Self.maximumRenewed {
            guard let socket = outdated.popLast() else { return }
            socket.renewWhereIdle()
        }
        let token = renewal ?? context.loop.register(Renewal(self))
        renewal = token
        context.loop.callAgain(token)
    }

    /// Goes on with what is done in portions.
    private final class Renewal: EventHandler {
        private unowned let sockets: ClientSockets

        init(_ sockets: ClientSockets) {
            self.sockets = sockets
        }

        func ready(for readiness: Readiness) {
            sockets.renewSome()
        }

        func deadlinePassed() {}
    }

    // MARK: The end

    /// Closes what stays idle for a moment, and the rest after the response that is under way; health can still
    /// be asked for.
    func drain(grace: UInt64) {
        context.beginDraining(grace: grace)
        for socket in Array(open.values) where !handlers.handler(of: socket.client.listener).drainsLast {
            socket.drain()
        }
    }

    /// Gives up what is still under way.
    func abandon() {
        for socket in Array(open.values) {
            socket.abandon()
        }
    }
}
