import HTTPSyntax
import ProxyCore
import Sockets

/// One client's connection: reads requests one after the other, and writes what answers them.
///
/// It moves bytes and keeps deadlines; what a request means is decided by its `ProxiedExchange`.
final class Connection: EventHandler {
    private enum Phase {
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
    let peer: SocketAddress
    /// Whether it is served, or only told that there are too many.
    let admission: ConnectionLimiter.Admission
    private let socket: StreamSocket
    private var descriptor: Descriptor?
    private var token: EventToken?
    private var phase = Phase.awaitingHead
    private var parser: RequestHeadParser
    /// Bytes that were read and not used yet: part of a head, or what came behind one.
    private var input: [UInt8] = []
    private var inputStart = 0
    private var output = OutputBuffer()
    /// Whether the socket may have bytes to read: remembered, since each change is reported once.
    private var mayRead = true
    private var peerHasClosed = false
    private var inputEnded = false
    private var isDriving = false
    private var hasServed = false
    /// When the side that is waited for last moved.
    private var readProgress: MonotonicTime
    private var writeProgress: MonotonicTime
    private var lingerDeadline = MonotonicTime.distantFuture

    init(
        _ descriptor: consuming Descriptor,
        peer: SocketAddress,
        admission: ConnectionLimiter.Admission,
        context: ShardContext
    ) {
        self.context = context
        self.peer = peer
        self.admission = admission
        socket = StreamSocket(descriptor.number)
        parser = RequestHeadParser(limits: context.snapshot.headLimits)
        readProgress = context.loop.now
        writeProgress = context.loop.now
        self.descriptor = consume descriptor
    }

    /// Starts to serve; throws where the event loop has no memory.
    func start() throws(SystemError) {
        socket.disableNagle()
        let token = context.loop.register(self)
        self.token = token
        try context.loop.watch(socket.number, .edge, for: token)
        drive()
    }

    // MARK: EventHandler

    func ready(for readiness: Readiness) {
        if !readiness.isDisjoint(with: [.peerClosed, .hangUp]) {
            peerHasClosed = true
        }
        if !readiness.isDisjoint(with: [.readable, .peerClosed, .hangUp]) {
            mayRead = true
        }
        if readiness.contains(.hangUp), case .exchanging(let exchange) = phase {
            return exchange.downstreamLost()
        }
        if readiness.contains(.writable), !output.isEmpty {
            flush()
        }
        drive()
    }

    func deadlinePassed() {
        let now = context.loop.now
        let timeouts = context.snapshot.timeouts
        if !output.isEmpty, now >= writeProgress.advanced(byNanoseconds: timeouts.write) {
            return lose()
        }
        switch phase {
        case .awaitingHead where headDeadline <= now:
            if input.isEmpty { close() } else { refuse(.requestTimeout) }
        case .exchanging(let exchange) where bodyDeadline(exchange) <= now:
            exchange.bodyTimedOut()
        case .exchanging(let exchange) where halfClosedDeadline(exchange) <= now:
            exchange.downstreamLost()
        case .lingering where lingerDeadline <= now:
            close()
        case .awaitingHead, .exchanging, .closing, .lingering, .closed:
            updateDeadline()
        }
    }

    // MARK: Deadlines

    private static let lingerNanoseconds: UInt64 = 1_000_000_000
    /// A client that has closed its sending side may only be half-closed, or be gone without a word: after so
    /// long without a byte sent to it, it is taken to be gone.
    private static let halfClosedNanoseconds: UInt64 = 1_500_000_000

    private var headDeadline: MonotonicTime {
        // The client is still busy with the last response: it has until writeTimeout.
        guard output.isEmpty else { return .distantFuture }
        let timeouts = context.snapshot.timeouts
        let isIdle = input.isEmpty && hasServed
        return readProgress.advanced(byNanoseconds: isIdle ? timeouts.idle : timeouts.header)
    }

    private func bodyDeadline(_ exchange: ProxiedExchange) -> MonotonicTime {
        guard exchange.wantsBody else { return .distantFuture }
        return readProgress.advanced(byNanoseconds: context.snapshot.timeouts.body)
    }

    private func halfClosedDeadline(_ exchange: ProxiedExchange) -> MonotonicTime {
        guard inputEnded || peerHasClosed else { return .distantFuture }
        return max(readProgress, writeProgress).advanced(byNanoseconds: Self.halfClosedNanoseconds)
    }

    private func updateDeadline() {
        guard let token else { return }
        var deadline = MonotonicTime.distantFuture
        switch phase {
        case .awaitingHead: deadline = headDeadline
        case .exchanging(let exchange): deadline = min(bodyDeadline(exchange), halfClosedDeadline(exchange))
        case .lingering: deadline = lingerDeadline
        case .closing, .closed: break
        }
        if !output.isEmpty {
            let writeTimeout = context.snapshot.timeouts.write
            deadline = min(deadline, writeProgress.advanced(byNanoseconds: writeTimeout))
        }
        context.loop.setDeadline(deadline, for: token)
    }

    // MARK: Reading

    /// Does all that can be done now, then waits for the next event.
    func drive() {
        guard !isDriving else { return }
        isDriving = true
        var goesOn = true
        while goesOn {
            switch phase {
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

    /// Body bytes are wanted again: from now on, and not before, it is the client that is waited for.
    func resumeBody() {
        readProgress = context.loop.now
        drive()
    }

    /// Reads once into a buffer; `nil` where there is nothing now.
    private func receive(into buffer: inout [UInt8]) -> Int? {
        guard mayRead, !inputEnded else { return nil }
        switch socket.receive(into: &buffer, at: 0) {
        case .bytes(let count):
            // Less than asked for: the next bytes are reported as a change. The end was reported already.
            if count < buffer.count, !peerHasClosed { mayRead = false }
            return count
        case .wouldBlock:
            mayRead = false
            return nil
        case .endOfStream:
            mayRead = false
            inputEnded = true
            return nil
        case .failed:
            mayRead = false
            inputEnded = true
            peerHasClosed = true
            return nil
        }
    }

    private func readHead() -> Bool {
        if inputStart < input.count, parseHead(input, from: inputStart, isInput: true) { return true }
        guard case .awaitingHead = phase else { return true }
        var buffer = context.buffers.takeForReading()
        defer { context.buffers.giveBack(read: buffer) }
        guard let count = receive(into: &buffer) else {
            if inputEnded { closeOnceFlushed() }
            return false
        }
        if input.isEmpty {
            readProgress = context.loop.now
            parseHead(buffer, upTo: count)
        } else {
            input.append(contentsOf: buffer[..<count])
            _ = parseHead(input, from: inputStart, isInput: true)
        }
        return true
    }

    /// Looks for a head in what was just read; what it does not use becomes `input`.
    private func parseHead(_ buffer: [UInt8], upTo count: Int) {
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
    /// - Returns: Whether the phase has changed.
    private func parseHead(_ bytes: [UInt8], from start: Int, isInput: Bool) -> Bool {
        do throws(SyntaxError) {
            guard let (head, consumed) = try parser.parse(bytes.span.extracting(start..<bytes.count)) else {
                return false
            }
            consumeInput(consumed)
            begin(head)
        } catch {
            refuse(ProxyError(error))
        }
        return true
    }

    private func keep(_ bytes: ArraySlice<UInt8>) {
        switch phase {
        case .awaitingHead, .exchanging: break
        case .closing, .lingering, .closed: return
        }
        guard !bytes.isEmpty else { return }
        input.append(contentsOf: bytes)
    }

    private func consumeInput(_ count: Int) {
        inputStart += count
        if inputStart == input.count {
            input = []
            inputStart = 0
        }
    }

    private func begin(_ head: RequestHead) {
        hasServed = true
        readProgress = context.loop.now
        writeProgress = context.loop.now
        let exchange = ProxiedExchange(head, connection: self, context: context)
        phase = .exchanging(exchange)
        exchange.begin()
    }

    /// Moves body bytes to the exchange as long as it wants them.
    private func pumpBody(_ exchange: ProxiedExchange) -> Bool {
        if inputStart < input.count {
            // Taken out first: the exchange may end meanwhile, and what it used must not be read again.
            var bytes: [UInt8] = []
            swap(&bytes, &input)
            let start = inputStart
            inputStart = 0
            let used = exchange.receiveBody(bytes, start..<bytes.count)
            keep(bytes[used...])
            return used > start
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
        readProgress = context.loop.now
        let used = exchange.receiveBody(buffer, 0..<count)
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
        output.append(from: context.buffers, body)
    }

    /// Sends what waits, as far as there is room.
    ///
    /// - Returns: Whether the source of response bytes is to wait. This is told here because a client that turns
    ///   out to be lost takes this object along: it must not be asked afterwards.
    @discardableResult
    func flush() -> Bool {
        send()
        return output.isFull
    }

    private func send() {
        guard !output.isEmpty else { return settleOutput() }
        switch output.send(returningTo: context.buffers, { socket.send($0, $1) }) {
        case .drained:
            writeProgress = context.loop.now
            settleOutput()
        case .blocked(let sent):
            if sent > 0 { writeProgress = context.loop.now }
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
        case .awaitingHead: readProgress = context.loop.now
        case .lingering, .closed: break
        }
    }

    // MARK: Ending

    /// The exchange has written its whole response.
    func exchangeEnded(serveNext: Bool) {
        guard case .exchanging = phase else { return }
        readProgress = context.loop.now
        if serveNext, !context.isDraining || inputStart < input.count {
            phase = .awaitingHead
            drive()
        } else {
            phase = .closing
            if output.isEmpty { linger() } else { updateDeadline() }
        }
    }

    /// Answers a request that could not be read, and closes.
    private func refuse(_ error: ProxyError) {
        hasServed = true
        let exchange = ProxiedExchange(unreadable: error, connection: self, context: context)
        phase = .exchanging(exchange)
        exchange.begin()
    }

    private func linger() {
        socket.shutdownWriting()
        phase = .lingering
        input = []
        inputStart = 0
        lingerDeadline = context.loop.now.advanced(byNanoseconds: Self.lingerNanoseconds)
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
        phase = .closed
        output.release(to: context.buffers)
        if let token { context.loop.deregister(token) }
        token = nil
        descriptor = nil
        input = []
        context.connectionClosed(self)
    }

    /// The program stops: an idle connection closes, another one after its response.
    func drain() {
        switch phase {
        case .awaitingHead:
            mayRead = true
            drive()
            if case .awaitingHead = phase, input.isEmpty { closeOnceFlushed() }
        case .exchanging(let exchange):
            exchange.closeAfterResponse()
        case .closing, .lingering, .closed:
            break
        }
    }
}
