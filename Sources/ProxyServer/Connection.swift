import HTTPSyntax
import ProxyCore
import Sockets

/// One client's connection: reads requests one after the other, and writes what answers them.
///
/// It moves bytes and keeps deadlines; what a request means is decided by its `ProxiedExchange`.
final class Connection: EventHandler {
    private enum Phase {
        /// TLS is not there yet.
        case handshaking
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
    private let socket: StreamSocket
    private var transport: Transport
    private var descriptor: Descriptor?
    private var token: EventToken?
    private var phase: Phase
    private var parser: RequestHeadParser
    private var input = InputBuffer()
    private var output = OutputBuffer()
    private var inputState = InputState()
    /// Whether the end of what the client sends has been read.
    private var inputEnded = false
    /// Whether the client was sent something only to see whether it is there: then it is known to half-close.
    private var isProbed = false
    private var isDriving = false
    private var hasServed = false
    private var progress: DownstreamProgress
    /// Whose limits the next head has to keep.
    private var snapshot: Snapshot

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
        transport = Transport(socket)
        phase = listener.tls == nil ? .awaitingHead : .handshaking
        snapshot = context.snapshot
        parser = RequestHeadParser(limits: snapshot.headLimits)
        progress = DownstreamProgress(snapshot.timeouts, now: context.loop.now)
        self.descriptor = consume descriptor
    }

    /// Starts to serve; throws where the event loop has no memory.
    func start() throws(SystemError) {
        socket.disableNagle()
        if let material = listener.tls {
            transport = Transport(socket, session: try context.session(of: material, on: socket))
        }
        let token = context.loop.register(self)
        self.token = token
        try context.loop.watch(socket.number, .edge, for: token)
        drive()
    }

    // MARK: EventHandler

    func ready(for readiness: Readiness) {
        let readiness = transport.translate(readiness)
        inputState.note(readiness)
        if !readiness.isDisjoint(with: .hangUp), case .exchanging(let exchange) = phase {
            return exchange.downstreamLost()
        }
        if readiness.contains(.writable), !output.isEmpty || isClosing {
            flush()
        }
        drive()
    }

    func deadlinePassed() {
        let now = context.loop.now
        if !output.isEmpty || isClosing, progress.write <= now { return lose() }
        switch phase {
        case .handshaking where handshakeDeadline <= now:
            close()
        case .awaitingHead where headDeadline <= now:
            if input.isEmpty { close() } else { refuse(.requestTimeout) }
        case .exchanging(let exchange) where bodyDeadline(exchange) <= now:
            exchange.bodyTimedOut()
        case .exchanging(let exchange) where halfClosedDeadline(exchange) <= now:
            if exchange.mayProbe { probe() } else { lose() }
        case .lingering where progress.linger <= now:
            close()
        case .handshaking, .awaitingHead, .exchanging, .closing, .lingering, .closed:
            updateDeadline()
        }
    }

    // MARK: Deadlines

    private var isClosing: Bool {
        if case .closing = phase { true } else { false }
    }

    /// Health can still be asked for while the program stops.
    private var isDraining: Bool { context.isDraining && listener.role == .proxy }

    private var handshakeDeadline: MonotonicTime {
        isDraining ? min(progress.head, progress.idle(whileDraining: context.drainGrace)) : progress.head
    }

    private var headDeadline: MonotonicTime {
        // The client is still busy with the last response: it has until writeTimeout.
        guard output.isEmpty else { return .distantFuture }
        if isDraining, input.isEmpty { return progress.idle(whileDraining: context.drainGrace) }
        return input.isEmpty && hasServed ? progress.idle : progress.head
    }

    private func bodyDeadline(_ exchange: ProxiedExchange) -> MonotonicTime {
        exchange.wantsBody ? progress.body : .distantFuture
    }

    private func halfClosedDeadline(_ exchange: ProxiedExchange) -> MonotonicTime {
        let hasClosed = inputEnded || inputState.peerHasClosed
        return hasClosed && (!isProbed || exchange.mayProbe) ? progress.halfClosed : .distantFuture
    }

    /// Finds out whether a client that has closed its sending side still listens: one that is gone answers an
    /// interim response, which means nothing (RFC 9110 §15.2), with a reset.
    private func probe() {
        isProbed = true
        write { $0.append(contentsOf: "HTTP/1.1 102 Processing\r\n\r\n".utf8) }
        flush()
        updateDeadline()
    }

    private func updateDeadline() {
        guard let token else { return }
        let deadline: MonotonicTime =
            switch phase {
            case .handshaking: handshakeDeadline
            case .awaitingHead: headDeadline
            case .exchanging(let exchange): min(bodyDeadline(exchange), halfClosedDeadline(exchange))
            case .lingering: progress.linger
            // Even when all is written, room for the end of TLS may be missing.
            case .closing: progress.write
            case .closed: .distantFuture
            }
        context.loop.setDeadline(output.isEmpty ? deadline : min(deadline, progress.write), for: token)
    }

    // MARK: Reading

    /// Does all that can be done now, then waits for the next event.
    func drive() {
        guard !isDriving else { return }
        isDriving = true
        var goesOn = true
        while goesOn {
            switch phase {
            case .handshaking: goesOn = shakeHands()
            // Answers of our own must not pile up for a client that pipelines and does not read.
            case .awaitingHead: goesOn = !output.isFull && readHead()
            // What follows the request waits in the kernel; the end of the stream is reported as an event.
            case .exchanging(let exchange): goesOn = exchange.wantsBody && pumpBody(exchange)
            case .lingering: goesOn = discardInput()
            case .closing, .closed: goesOn = false
            }
        }
        isDriving = false
        updateDeadline()
    }

    /// Reads once into a buffer; `nil` where there is nothing now.
    private func receive(into buffer: inout [UInt8]) -> Int? {
        guard inputState.mayRead, !inputEnded else { return nil }
        switch transport.receive(into: &buffer) {
        case .bytes(let count):
            if count < buffer.count, !transport.mayHaveMore { inputState.noteShortRead() }
            return count
        case .wouldBlock:
            inputState.noteNothing()
            return nil
        case .endOfStream, .failed:
            inputState.noteNothing()
            inputEnded = true
            return nil
        }
    }

    private func shakeHands() -> Bool {
        guard inputState.mayRead else { return false }
        switch transport.handshake() {
        case .done:
            phase = .awaitingHead
            if snapshot !== context.snapshot { renew() }
            return true
        case .waiting:
            inputState.noteNothing()
        case .plainHTTP:
            refuse(.tlsRequired(at: listener.authority))
        case .failed(let reason):
            context.logger.debug("A TLS handshake of \(clientAddress) failed: \(reason)")
            close()
        }
        return false
    }

    private func readHead() -> Bool {
        if !input.isEmpty, parseInput() { return true }
        var buffer = context.buffers.takeForReading()
        defer { context.buffers.giveBack(read: buffer) }
        guard let count = receive(into: &buffer) else {
            if inputEnded { closeOnceFlushed() }
            return false
        }
        if input.isEmpty {
            progress.noteRead(at: context.loop.now)
            parse(buffer, upTo: count)
        } else {
            input.append(buffer[..<count])
            _ = parseInput()
        }
        return true
    }

    /// Looks for a head in what was just read; what it does not use becomes `input`.
    private func parse(_ buffer: [UInt8], upTo count: Int) {
        do throws(SyntaxError) {
            guard let (head, consumed) = try parser.parse(buffer.span.extracting(0..<count)) else {
                return keep(buffer[..<count])
            }
            keep(buffer[consumed..<count])
            begin(head)
        } catch {
            refuse(ProxyError(error))
        }
    }

    /// Looks for a head in `input`.
    ///
    /// - Returns: Whether there was one, or something that can never become one.
    private func parseInput() -> Bool {
        do throws(SyntaxError) {
            guard let (head, consumed) = try parser.parse(input.waiting.span) else { return false }
            input.drop(consumed)
            begin(head)
        } catch {
            refuse(ProxyError(error))
        }
        return true
    }

    private func keep(_ bytes: ArraySlice<UInt8>) {
        switch phase {
        case .awaitingHead, .exchanging: input.append(bytes)
        case .handshaking, .closing, .lingering, .closed: break
        }
    }

    private func begin(_ head: consuming RequestHead) {
        hasServed = true
        progress.noteRead(at: context.loop.now)
        progress.noteWritten(at: context.loop.now)
        let exchange = ProxiedExchange(head, connection: self, context: context)
        phase = .exchanging(exchange)
        exchange.begin(head)
    }

    /// The exchange wants body bytes again, for which the client has the whole time anew.
    func resumeBody() {
        progress.noteRead(at: context.loop.now)
        drive()
    }

    /// Moves body bytes to the exchange as long as it wants them.
    private func pumpBody(_ exchange: ProxiedExchange) -> Bool {
        if !input.isEmpty {
            // Taken out first: the exchange may end meanwhile, and what it used must not be read again.
            let bytes = input.take()
            let used = exchange.receiveBody(bytes)
            keep(bytes.dropFirst(used))
            return used > 0
        }
        var buffer = context.buffers.takeForReading()
        defer { context.buffers.giveBack(read: buffer) }
        guard let count = receive(into: &buffer) else {
            if inputEnded {
                exchange.bodyCutOff()
                return true
            }
            return false
        }
        progress.noteRead(at: context.loop.now)
        let used = exchange.receiveBody(buffer[..<count])
        keep(buffer[used..<count])
        return true
    }

    private func discardInput() -> Bool {
        var buffer = context.buffers.takeForReading()
        defer { context.buffers.giveBack(read: buffer) }
        guard receive(into: &buffer) != nil else {
            if inputEnded { close() }
            return false
        }
        return true
    }

    // MARK: Writing

    /// Appends to what is sent next; `flush` sends it.
    func write(_ body: (inout [UInt8]) -> Void) {
        if output.isEmpty { progress.noteWritten(at: context.loop.now) }
        output.append(from: context.buffers, body)
    }

    /// Sends what waits, as far as there is room.
    ///
    /// - Returns: Whether the source of response bytes is to wait.
    @discardableResult
    func flush() -> Bool {
        send()
        return output.isFull
    }

    private func send() {
        guard !output.isEmpty else { return settleOutput() }
        switch output.send(returningTo: context.buffers, { transport.send($0, $1) }) {
        case .drained:
            progress.noteWritten(at: context.loop.now)
            settleOutput()
        case .blocked(let sent):
            if sent > 0 { progress.noteWritten(at: context.loop.now) }
            updateDeadline()
        case .failed:
            lose()
        }
    }

    /// Everything is with the kernel.
    private func settleOutput() {
        switch phase {
        case .exchanging(let exchange): exchange.downstreamDrained()
        case .closing: linger()
        case .awaitingHead: progress.noteRead(at: context.loop.now)
        case .handshaking, .lingering, .closed: break
        }
    }

    // MARK: Ending

    /// The exchange has written its whole response.
    func exchangeEnded(serveNext: Bool) {
        guard case .exchanging = phase else { return }
        progress.noteRead(at: context.loop.now)
        if serveNext {
            phase = .awaitingHead
            if snapshot !== context.snapshot { renew() }
            drive()
        } else {
            phase = .closing
            if output.isEmpty { linger() } else { updateDeadline() }
        }
    }

    /// Answers a request that could not be read, and closes.
    private func refuse(_ error: ProxyError) {
        hasServed = true
        let exchange = ProxiedExchange(nil, connection: self, context: context)
        phase = .exchanging(exchange)
        exchange.begin(unreadable: error)
    }

    private func linger() {
        guard transport.finish() else { return updateDeadline() }
        socket.shutdownWriting()
        phase = .lingering
        input.removeAll()
        progress.noteShutDown(at: context.loop.now)
        if inputEnded { close() } else { drive() }
    }

    /// The client cannot be reached any more.
    private func lose() {
        if case .exchanging(let exchange) = phase { exchange.downstreamLost() } else { close() }
    }

    /// Ends the connection so that what was sent cannot be taken for a whole response.
    ///
    /// - Parameter isDelimited: Whether the end of the body shows by itself: then the missing rest is noticed,
    ///   and what was read so far still goes out. Otherwise only a reset says that something is missing.
    func cut(isDelimited: Bool) {
        transport.forgoFinish()
        if isDelimited {
            phase = .closing
            flush()
        } else {
            socket.resetOnClose()
            close()
        }
    }

    /// Serves nothing more, and closes when the client has taken what was written.
    private func closeOnceFlushed() {
        guard !output.isEmpty else { return close() }
        phase = .closing
        updateDeadline()
    }

    /// Closes at once.
    func close() {
        if case .closed = phase { return }
        // An idle connection ends in order; one that is broken off must not look so.
        if case .awaitingHead = phase, output.isEmpty { _ = transport.finish() }
        phase = .closed
        output.release(to: context.buffers)
        if let token { context.loop.deregister(token) }
        token = nil
        descriptor = nil
        input.removeAll()
        context.connectionClosed(self)
    }

    /// Another configuration is in force: its limits and time-outs count from the next head on.
    func renewWhereIdle() {
        guard case .awaitingHead = phase, input.isEmpty else { return }
        renew()
        updateDeadline()
    }

    private func renew() {
        snapshot = context.snapshot
        parser = RequestHeadParser(limits: snapshot.headLimits)
        progress.timeouts = snapshot.timeouts
    }

    /// The program ends now, whatever is under way.
    func abandon() {
        if case .exchanging(let exchange) = phase { exchange.programEnds() } else { close() }
    }

    /// The program stops: the connection closes after its response, or after a moment without a request.
    func drain() {
        switch phase {
        case .awaitingHead, .handshaking:
            if input.isEmpty { progress.noteRead(at: context.loop.now) }
            updateDeadline()
        case .exchanging(let exchange):
            exchange.closeAfterResponse()
        case .closing, .lingering, .closed: break
        }
    }
}
