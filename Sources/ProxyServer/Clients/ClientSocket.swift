import ProxyCore
import Sockets

/// The bytes of one client's connection: what it sends, what it is sent, and how the connection ends.
///
/// What the bytes mean is the business of the `ClientProtocol` on it.
final class ClientSocket: EventHandler {
    private enum Phase {
        /// TLS is not there yet.
        case handshaking(TLSStream)
        /// Bytes go both ways.
        case open
        /// The last bytes are on their way; then the sending side is shut down.
        case closing
        /// Shut down; what the client still sends is thrown away, so that no reset destroys the response.
        case lingering
        /// Closed. (final)
        case closed
    }

    /// So many reads a turn are thrown away: a client that sends without end must not keep the loop.
    private static let maximumDiscards = 8
    private static let lingerNanoseconds: UInt64 = 1_000_000_000

    let client: ClientEndpoint
    /// Hold this connection until it is closed.
    private let sockets: ClientSockets
    private let context: ShardContext
    private let socket: StreamSocket
    private var stream: any ByteStream
    private var descriptor: Descriptor?
    private var token: EventToken?
    private var phase: Phase
    /// Both hold each other until the connection is closed.
    private var connection: (any ClientProtocol)?
    private var inputState = InputState()
    /// Whether the end of what the client sends has been read.
    private(set) var inputEnded = false
    /// Whether that was no end in order.
    private(set) var inputFailed = false
    /// Whether the sending side is shut down as soon as all is sent, while the client is still read from.
    private var finishesSending = false
    private var output = OutputBuffer()
    /// When the client last took something, or when there was first something to take.
    private(set) var written: MonotonicTime
    /// Whether it does what can be done now; then the deadline is set once, behind all that.
    private var isAdvancing = false
    /// When the sending side was shut down.
    private var shutDown = MonotonicTime.distantFuture

    init(_ descriptor: consuming Descriptor, of client: ClientEndpoint, among sockets: ClientSockets) {
        self.client = client
        self.sockets = sockets
        context = sockets.context
        socket = StreamSocket(descriptor.number)
        stream = SocketStream(socket)
        phase = .open
        written = context.loop.now
        self.descriptor = consume descriptor
    }

    /// Starts to serve; throws where the event loop has no memory.
    func start(by handler: any RequestHandler) throws(SystemError) {
        connection = HTTP1Connection(on: self, by: handler, context: context)
        socket.disableNagle()
        if let material = client.listener.tls {
            let secured = try sockets.stream(of: material, on: socket)
            stream = secured
            phase = .handshaking(secured)
        }
        let token = context.loop.register(self)
        self.token = token
        try context.loop.watch(socket.number, .edge, for: token)
        guard client.listener.tls != nil else { return advance() }
        context.loop.setHeavy(true, for: token)
        callAgain()
        updateDeadline()
    }

    // MARK: EventHandler

    func ready(for readiness: Readiness) {
        let readiness = stream.translate(readiness)
        inputState.note(readiness)
        if !readiness.isDisjoint(with: .hangUp), let connection, connection.endsWithHangUp {
            return connection.clientLost()
        }
        if readiness.contains(.writable) {
            if !output.isEmpty { flush() } else if case .closing = phase { linger() }
        }
        advance()
    }

    func deadlinePassed() {
        let now = context.loop.now
        if !output.isEmpty || isClosing, writeDeadline <= now { return lose() }
        switch phase {
        case .handshaking, .open: connection?.deadlinePassed(at: now)
        case .lingering where lingerDeadline <= now: close()
        case .lingering, .closing, .closed: updateDeadline()
        }
    }

    /// Has `ready` called in the next round, behind all others.
    func callAgain() {
        if let token { context.loop.callAgain(token) }
    }

    /// Does all that can be done now, then waits for the next event.
    private func advance() {
        isAdvancing = true
        if case .handshaking(let secured) = phase { shakeHands(secured) }
        switch phase {
        case .open: connection?.serve()
        case .lingering: discardInput()
        case .handshaking, .closing, .closed: break
        }
        isAdvancing = false
        updateDeadline()
    }

    private func shakeHands(_ secured: TLSStream) {
        guard inputState.mayRead else { return }
        switch secured.handshake() {
        case .done:
            phase = .open
            if let token { context.loop.setHeavy(false, for: token) }
        case .waiting:
            inputState.noteNothing()
        case .plainHTTP:
            stream = secured.withoutTLS()
            phase = .open
            connection?.refuse(.tlsRequired(at: client.listener.authority))
        case .failed(let reason):
            context.logger.debug("A TLS handshake of \(client.address) failed: \(reason)")
            close()
        }
    }

    // MARK: What the client sends

    /// Whether a read may give something now.
    var mayRead: Bool { inputState.mayRead && !inputEnded }

    /// Whether the client sends no more, though bytes may still wait to be read.
    var inputCloses: Bool { inputEnded || inputState.peerHasClosed }

    /// Reads once into a buffer; nil where there is nothing now.
    func receive(into buffer: inout [UInt8]) -> Int? {
        guard mayRead else { return nil }
        switch stream.receive(into: &buffer) {
        case .bytes(let count):
            if count < buffer.count, !stream.mayHaveMore { inputState.noteShortRead() }
            return count
        case .wouldBlock:
            inputState.noteNothing()
            return nil
        case .endOfStream:
            inputState.noteNothing()
            inputEnded = true
            return nil
        case .failed:
            inputState.noteNothing()
            inputEnded = true
            inputFailed = true
            return nil
        }
    }

    /// Has the next `receive` try in any case: what came before the connection broke may not have been reported yet.
    func readAgain() { inputState.tryAgain() }

    private func discardInput() {
        for _ in 0..<Self.maximumDiscards {
            var buffer = context.buffers.takeForReading()
            defer { context.buffers.giveBack(read: buffer) }
            guard receive(into: &buffer) != nil else {
                if inputEnded { close() }
                return
            }
        }
        callAgain()
    }

    // MARK: What the client is sent

    /// Whether the client has taken all that was written.
    var isDrained: Bool { output.isEmpty }

    /// Whether all that was written is on its way: a reset would destroy what the kernel still has.
    var hasSentAll: Bool { output.isEmpty && !socket.holdsUnsentBytes }

    /// Whether the source of what is written is to wait.
    var isFull: Bool { output.isFull }

    /// Appends to what is sent next; `flush` sends it.
    func write(_ body: (inout [UInt8]) -> Void) {
        guard connection != nil else { return }
        if output.append(from: context.buffers, body) { written = context.loop.now }
    }

    /// Sends what waits, as far as there is room.
    func flush() {
        guard !output.isEmpty else { return }
        switch output.send(returningTo: context.buffers, { stream.send($0, $1) }) {
        case .drained:
            written = context.loop.now
            if case .closing = phase { return linger() }
            if finishesSending { shutDownSending() }
            connection?.drained()
        case .blocked(let sent):
            if sent > 0 { written = context.loop.now }
            updateDeadline()
        case .failed:
            lose()
        }
    }

    // MARK: Deadlines

    private var isClosing: Bool {
        if case .closing = phase { true } else { false }
    }

    private var writeDeadline: MonotonicTime {
        connection.map { written.advanced(byNanoseconds: $0.writeTimeout) } ?? .distantFuture
    }

    private var lingerDeadline: MonotonicTime { shutDown.advanced(byNanoseconds: Self.lingerNanoseconds) }

    /// To be called where something has changed what is waited for.
    func updateDeadline() {
        guard !isAdvancing, let token, let connection else { return }
        let deadline: MonotonicTime =
            switch phase {
            case .handshaking, .open: connection.deadline
            case .lingering: lingerDeadline
            // Even when all is written, room for the end of TLS may be missing.
            case .closing: writeDeadline
            case .closed: .distantFuture
            }
        context.loop.setDeadline(output.isEmpty ? deadline : min(deadline, writeDeadline), for: token)
    }

    // MARK: The end

    /// Hands the connection over to another protocol.
    func serve(by next: any ClientProtocol) {
        connection = next
        callAgain()
    }

    /// Whether each direction ends by itself.
    var halfCloses: Bool { stream.halfCloses }

    /// Sends nothing more than what was written, and reads on, where `halfCloses`.
    func finishSending() {
        finishesSending = true
        if output.isEmpty { shutDownSending() }
    }

    private func shutDownSending() {
        if stream.finish() { socket.shutdownWriting() }
    }

    /// Serves nothing more: once the client has taken what was written, the sending side is shut down.
    func closeOnceDrained() {
        phase = .closing
        if output.isEmpty { linger() } else { updateDeadline() }
    }

    private func linger() {
        guard stream.finish() else { return updateDeadline() }
        socket.shutdownWriting()
        phase = .lingering
        shutDown = context.loop.now
        guard !inputEnded else { return close() }
        discardInput()
        updateDeadline()
    }

    /// Ends the connection so that what was sent cannot be taken for a whole response.
    ///
    /// - Parameter resets: Whether only a reset says that something is missing; else what was written so far still
    ///   goes out, and the missing rest is noticed.
    func cut(resets: Bool) {
        stream.forgoFinish()
        if resets {
            socket.resetOnClose()
            close()
        } else {
            phase = .closing
            if output.isEmpty { linger() } else { flush() }
        }
    }

    /// The client cannot be reached any more.
    private func lose() {
        if let connection, connection.isServing { connection.clientLost() } else { close() }
    }

    /// Closes at once.
    func close() {
        guard let connection else { return }
        // An idle connection ends in order; one that is broken off must not look so.
        if case .open = phase, connection.isIdle, output.isEmpty { _ = stream.finish() }
        phase = .closed
        // Its number may be another connection's from now on.
        inputEnded = true
        output.release(to: context.buffers)
        if let token { context.loop.deregister(token) }
        token = nil
        descriptor = nil
        self.connection = nil
        sockets.remove(self)
    }

    // MARK: From the shard

    /// Another configuration is in force.
    func renewWhereIdle() {
        connection?.renewWhereIdle()
        updateDeadline()
    }

    /// The program stops: the connection closes after its response, or after a moment without a request.
    func drain() {
        connection?.drain()
        updateDeadline()
    }

    /// The program ends now, whatever is under way.
    func abandon() {
        if let connection, connection.isServing { connection.abandon() } else { close() }
    }
}
