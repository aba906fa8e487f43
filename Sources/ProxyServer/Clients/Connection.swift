import HTTPSyntax
import ProxyCore
import Sockets

/// One client's connection: reads requests one after the other, and writes what answers them.
///
/// It moves bytes and keeps deadlines; what a request means is decided by its `ProxiedExchange`.
final class Connection: EventHandler {
    /// So many heads a turn: a client that sends as fast as it is answered must not keep the loop.
    private static let maximumSteps = 8
    /// A read of a body may hold ten thousand small chunks, and counts as so many heads.
    private static let stepsOfBody = 4

    enum Phase {
        /// TLS is not there yet.
        case handshaking(TLSStream)
        /// Waiting for the first byte of a head, or for the rest of it.
        case awaitingHead
        /// Serving one request; the next one waits, unread.
        case exchanging(ProxiedExchange)
        /// The last response is on its way; then the sending side is shut down.
        case closing
        /// Shut down; what the client still sends is thrown away, so that no reset destroys the response.
        case lingering
        /// Closed. (final)
        case closed
    }

    let context: ShardContext
    let peer: Peer
    /// Where it was accepted.
    let listener: Listener
    /// The peer's address as text, for the upstream and the log.
    let clientAddress: String
    /// Whether it is served, or only told that there are too many.
    let admission: ConnectionLimiter.Admission
    let socket: StreamSocket
    var stream: any ByteStream
    var descriptor: Descriptor?
    var token: EventToken?
    var phase: Phase
    var parser: RequestHeadParser
    var input = InputBuffer()
    var output = OutputBuffer()
    var inputState = InputState()
    /// Whether the end of what the client sends has been read.
    var inputEnded = false
    /// Whether the client was sent something only to see whether it is there: then it is known to half-close.
    var isProbed = false
    private var isDriving = false
    var hasServed = false
    var progress: DownstreamProgress
    /// Whose limits the next head has to keep.
    var configuration: CompiledConfiguration

    init(
        _ descriptor: consuming Descriptor,
        peer: Peer,
        listener: Listener,
        admission: ConnectionLimiter.Admission,
        context: ShardContext
    ) {
        self.context = context
        self.peer = peer
        self.listener = listener
        clientAddress = "\(peer)"
        self.admission = admission
        socket = StreamSocket(descriptor.number)
        stream = SocketStream(socket)
        phase = .awaitingHead
        configuration = context.configuration
        parser = RequestHeadParser(limits: configuration.headLimits)
        progress = DownstreamProgress(configuration.timeouts, now: context.loop.now)
        self.descriptor = consume descriptor
    }

    /// Starts to serve; throws where the event loop has no memory.
    func start() throws(SystemError) {
        socket.disableNagle()
        if let material = listener.tls {
            let stream = try context.stream(of: material, on: socket)
            self.stream = stream
            phase = .handshaking(stream)
        }
        let token = context.loop.register(self)
        self.token = token
        try context.loop.watch(socket.number, .edge, for: token)
        guard listener.tls != nil else { return drive() }
        context.loop.setHeavy(true, for: token)
        callAgain()
        updateDeadline()
    }

    /// Has `ready` called in the next round.
    func callAgain() {
        if let token { context.loop.callAgain(token) }
    }

    // MARK: EventHandler

    func ready(for readiness: Readiness) {
        let readiness = stream.translate(readiness)
        inputState.note(readiness)
        if !readiness.isDisjoint(with: .hangUp), case .exchanging(let exchange) = phase {
            return exchange.downstreamLost()
        }
        if readiness.contains(.writable), !output.isEmpty || isClosing {
            flush()
        } else if readiness.isEmpty, output.isEmpty, case .exchanging(let exchange) = phase,
            !exchange.ownBody.isEmpty
        {
            exchange.writeOwnBody()
        }
        drive()
    }

    /// Does all that can be done now, then waits for the next event.
    func drive() {
        guard !isDriving else { return }
        isDriving = true
        var goesOn = true
        var steps = 0
        while goesOn {
            guard steps < Self.maximumSteps else {
                callAgain()
                break
            }
            steps += 1
            switch phase {
            case .handshaking(let stream): goesOn = shakeHands(stream)
            // Answers of our own must not pile up for a client that pipelines and does not read.
            case .awaitingHead: goesOn = !output.isFull && readHead()
            // What follows the request waits in the kernel; the end of the stream is reported as an event.
            case .exchanging(let exchange):
                steps += Self.stepsOfBody - 1
                goesOn = exchange.wantsBody && pumpBody(exchange)
            case .lingering: goesOn = discardInput()
            case .closing, .closed: goesOn = false
            }
        }
        isDriving = false
        updateDeadline()
    }

    // MARK: Requests

    func begin(_ head: consuming RequestHead) {
        hasServed = true
        progress.noteRead(at: context.loop.now)
        progress.noteWritten(at: context.loop.now)
        let exchange = ProxiedExchange(head, connection: self, context: context)
        phase = .exchanging(exchange)
        exchange.begin(head)
    }

    /// Answers a request that could not be read, and closes.
    func refuse(_ error: ProxyError) {
        hasServed = true
        let exchange = ProxiedExchange(nil, connection: self, context: context)
        phase = .exchanging(exchange)
        exchange.begin(unreadable: error)
    }

    /// The exchange has written its whole response.
    func exchangeEnded(serveNext: Bool) {
        guard case .exchanging = phase else { return }
        progress.noteRead(at: context.loop.now)
        if serveNext {
            phase = .awaitingHead
            if configuration !== context.configuration { renew() }
            drive()
        } else {
            phase = .closing
            if output.isEmpty { linger() } else { updateDeadline() }
        }
    }

    /// Another configuration is in force: its limits and time-outs count from the next head on.
    func renewWhereIdle() {
        guard case .awaitingHead = phase, input.isEmpty else { return }
        renew()
        updateDeadline()
    }

    func renew() {
        configuration = context.configuration
        parser = RequestHeadParser(limits: configuration.headLimits)
        progress.timeouts = configuration.timeouts
    }
}
