import HTTPSyntax
import ProxyCore
import Sockets

/// HTTP/1.1 with one client: reads requests one after the other, and writes what answers them.
///
/// It knows how messages are delimited, and how long the client may take; what a request means is decided by its
/// `ProxiedExchange`.
final class HTTP1Connection: ClientStream, ClientProtocol {
    private enum Phase {
        /// Waiting for the first byte of a head, or for the rest of it.
        case awaitingHead
        /// Serving one request; the next one waits, unread.
        case exchanging(ProxiedExchange)
        /// Nothing more is served. (final)
        case ended
    }

    /// So many heads a turn: a client that sends as fast as it is answered must not keep the loop.
    private static let maximumSteps = 8
    /// A read of a body may hold ten thousand small chunks, and counts as so many heads.
    private static let stepsOfBody = 4

    private let socket: ClientSocket
    private let context: ShardContext
    /// What its requests mean.
    private let handler: any RequestHandler
    private var phase = Phase.awaitingHead
    private var reader: HeadReader
    private var decoder = BodyDecoder(.none)
    private var writer = ResponseWriter(to: nil)
    /// Whether the client holds its body back until it is asked for it.
    private var awaitsContinue = false
    /// Whether the client was sent something only to see whether it is there: then it is known to half-close.
    private var isProbed = false
    private var hasServed = false
    private var patience: ClientPatience
    /// Whose limits the next head has to keep.
    private var configuration: CompiledConfiguration

    init(on socket: ClientSocket, by handler: any RequestHandler, context: ShardContext) {
        self.socket = socket
        self.handler = handler
        self.context = context
        configuration = context.configuration
        reader = HeadReader(configuration.headLimits)
        patience = ClientPatience(configuration.timeouts, now: context.loop.now)
    }

    /// Whether a request is being served.
    var isServing: Bool {
        if case .exchanging = phase { true } else { false }
    }

    /// What was sent before the end is of no use without a response.
    var endsWithHangUp: Bool { isServing }

    /// Whether it waits for a request.
    var isIdle: Bool {
        if case .awaitingHead = phase { true } else { false }
    }

    /// Serves what the client has sent, as far as that can be done now.
    func serve() {
        var steps = 0
        while steps < Self.maximumSteps {
            steps += 1
            switch phase {
            // Answers of our own must not pile up for a client that pipelines and does not read.
            case .awaitingHead:
                guard !socket.isFull, readHead() else { return }
            // What follows the request waits in the kernel; the end of the stream is reported as an event.
            case .exchanging(let exchange):
                steps += Self.stepsOfBody - 1
                guard exchange.wantsBody, readBody(exchange) else { return }
            case .ended:
                return
            }
        }
        socket.callAgain()
    }

    // MARK: Heads

    /// - Returns: Whether there may be more to do at once.
    private func readHead() -> Bool {
        if configuration !== context.configuration, reader.isEmpty { renew() }
        do throws(SyntaxError) {
            if !reader.isEmpty, let head = try reader.next() {
                begin(head)
                return true
            }
            guard socket.mayRead else {
                if socket.inputEnded { closeIdle() }
                return false
            }
            var buffer = context.buffers.takeForReading()
            defer { context.buffers.giveBack(read: buffer) }
            guard let count = socket.receive(into: &buffer) else {
                if socket.inputEnded { closeIdle() }
                return false
            }
            if reader.isEmpty {
                patience.noteRead(at: context.loop.now)
                if let head = try reader.next(in: buffer, upTo: count) { begin(head) }
            } else {
                reader.append(buffer[..<count])
            }
        } catch {
            refuse(ProxyError(error))
        }
        return true
    }

    private func begin(_ head: consuming RequestHead) {
        hasServed = true
        patience.noteRead(at: context.loop.now)
        writer = ResponseWriter(to: head.version)
        do throws(SyntaxError) {
            let framing = try head.framing()
            decoder = BodyDecoder(framing)
            awaitsContinue = framing != .none && head.expectsContinue
            exchange(head, hasBody: framing != .none).begin(head, framing.length)
        } catch {
            exchange(head, hasBody: false).refuse(ProxyError(error))
        }
    }

    private func exchange(_ head: RequestHead, hasBody: Bool) -> ProxiedExchange {
        let exchange = ProxiedExchange(
            head,
            hasBody: hasBody,
            of: socket.client,
            to: self,
            by: handler,
            context: context
        )
        phase = .exchanging(exchange)
        return exchange
    }

    /// Answers a request that could not be read, and closes.
    func refuse(_ error: ProxyError) {
        hasServed = true
        writer = ResponseWriter(to: nil)
        let exchange = ProxiedExchange(unreadableOf: socket.client, to: self, by: handler, context: context)
        phase = .exchanging(exchange)
        exchange.refuse(error)
    }

    private func closeIdle() {
        guard socket.isDrained else { return end { $0.closeOnceDrained() } }
        socket.close()
    }

    // MARK: Bodies

    /// Moves body bytes to the exchange as long as it wants them.
    ///
    /// - Returns: Whether there may be more to do at once.
    private func readBody(_ exchange: ProxiedExchange) -> Bool {
        if awaitsContinue {
            sendContinue()
            // The client may have left without waiting for it.
            guard isServing else { return false }
        }
        if !reader.isEmpty {
            // Taken out first: the exchange may end meanwhile, and what it used must not be read again.
            let bytes = reader.take()
            let used = decode(bytes, for: exchange)
            keep(bytes.dropFirst(used))
            return used > 0
        }
        var buffer = context.buffers.takeForReading()
        defer { context.buffers.giveBack(read: buffer) }
        guard let count = socket.receive(into: &buffer) else {
            // The client has closed before the end of the body.
            if socket.inputEnded { clientLost() }
            return false
        }
        patience.noteRead(at: context.loop.now)
        let used = decode(buffer[..<count], for: exchange)
        keep(buffer[used..<count])
        return true
    }

    /// Has bytes wait that belong to the rest of the body, or to the next request, unless there is none.
    private func keep(_ bytes: ArraySlice<UInt8>) {
        if case .ended = phase { return }
        reader.append(bytes)
    }

    /// - Returns: How many bytes were used; the rest is wanted later, or belongs to the next request.
    private func decode(_ bytes: ArraySlice<UInt8>, for exchange: ProxiedExchange) -> Int {
        var used = 0
        let start = bytes.startIndex
        do throws(SyntaxError) {
            loop: while exchange.wantsBody {
                switch try decoder.next(in: bytes.span, from: &used) {
                case .needsMore: break loop
                case .data(let range):
                    exchange.receive(bytes[start + range.lowerBound..<start + range.upperBound])
                    if decoder.isComplete { exchange.bodyEnded() }
                case .end: exchange.bodyEnded()
                }
            }
        } catch {
            exchange.fail(ProxyError(error))
        }
        exchange.passRequestBody()
        return used
    }

    private func sendContinue() {
        awaitsContinue = false
        socket.write { $0.append(contentsOf: "HTTP/1.1 100 Continue\r\n\r\n".utf8) }
        socket.flush()
    }

    /// The exchange wants body bytes again, for which the client has the whole time anew.
    func resumeBody() {
        patience.noteRead(at: context.loop.now)
        serve()
        socket.updateDeadline()
    }

    // MARK: Responses

    var isFull: Bool { socket.isFull }

    func sendHead(_ head: consuming ResponseHead, _ length: BodyLength, persists: Bool) {
        writer.complete(&head, length, persists: persists)
        let finished = head
        socket.write { finished.write(to: &$0) }
    }

    func send(_ piece: ArraySlice<UInt8>) {
        socket.write { writer.write(piece, to: &$0) }
    }

    func flush() {
        socket.flush()
    }

    func endBody() {
        if writer.isChunked { socket.write { writer.writeEnd(to: &$0) } }
        socket.flush()
    }

    func finish(serveNext: Bool) {
        guard isServing else { return }
        patience.noteRead(at: context.loop.now)
        guard serveNext, writer.persists else { return end { $0.closeOnceDrained() } }
        phase = .awaitingHead
        if configuration !== context.configuration { renew() }
        // Later, since the caller may be `serve` itself.
        if !reader.isEmpty || socket.mayRead { socket.callAgain() }
        socket.updateDeadline()
    }

    func cut() {
        end { $0.cut(resets: !writer.isDelimited) }
    }

    func openTunnel(_ head: consuming ResponseHead) -> any TunnelEnd {
        head.version = .http11
        let finished = head
        socket.write { finished.write(to: &$0) }
        phase = .ended
        return ClientTunnelEnd(socket, early: reader.take(), timeouts: configuration.timeouts)
    }

    private func end(_ body: (ClientSocket) -> Void) {
        phase = .ended
        reader.removeAll()
        body(socket)
    }

    // MARK: From the socket

    /// The client has taken all that was written.
    func drained() {
        switch phase {
        case .exchanging(let exchange): exchange.drained()
        case .awaitingHead: patience.noteRead(at: context.loop.now)
        case .ended: break
        }
    }

    /// The client cannot be reached any more.
    func clientLost() {
        guard case .exchanging(let exchange) = phase else { return }
        exchange.clientLost()
        end { $0.close() }
    }

    /// The program ends now, before the response is complete.
    func abandon() {
        guard case .exchanging(let exchange) = phase else { return }
        exchange.programEnds()
        end { $0.cut(resets: true) }
    }

    /// The program stops.
    func drain() {
        switch phase {
        case .awaitingHead: if reader.isEmpty { patience.noteRead(at: context.loop.now) }
        case .exchanging(let exchange): exchange.closeAfterResponse()
        case .ended: break
        }
    }

    /// Another configuration is in force: its limits and time-outs count from the next head on.
    func renewWhereIdle() {
        if isIdle, reader.isEmpty { renew() }
    }

    private func renew() {
        configuration = context.configuration
        reader.adopt(configuration.headLimits)
        patience.adopt(configuration.timeouts)
    }

    // MARK: Deadlines

    /// For taking more of the response, in nanoseconds.
    var writeTimeout: UInt64 { patience.timeouts.write }

    /// When the client has taken too long to send what is waited for.
    var deadline: MonotonicTime {
        switch phase {
        case .awaitingHead: headDeadline
        case .exchanging(let exchange): min(bodyDeadline(exchange), halfClosedDeadline(exchange))
        case .ended: .distantFuture
        }
    }

    func deadlinePassed(at now: MonotonicTime) {
        switch phase {
        case .awaitingHead where headDeadline <= now:
            if reader.isEmpty { socket.close() } else { refuse(.requestTimeout) }
        case .exchanging(let exchange) where bodyDeadline(exchange) <= now:
            exchange.bodyTimedOut()
        case .exchanging(let exchange) where halfClosedDeadline(exchange) <= now:
            if mayProbe(exchange) { probe() } else { clientLost() }
        case .awaitingHead, .exchanging, .ended:
            socket.updateDeadline()
        }
    }

    private var headDeadline: MonotonicTime {
        // The client is still busy with the last response: it has until writeTimeout.
        guard socket.isDrained else { return .distantFuture }
        let deadline = reader.isEmpty && hasServed ? patience.idle : patience.head
        guard let grace = context.drainGrace, !handler.drainsLast, reader.isEmpty else { return deadline }
        return min(deadline, patience.idle(whileDraining: grace))
    }

    private func bodyDeadline(_ exchange: ProxiedExchange) -> MonotonicTime {
        exchange.wantsBody ? patience.body : .distantFuture
    }

    private func halfClosedDeadline(_ exchange: ProxiedExchange) -> MonotonicTime {
        guard socket.inputCloses, !isProbed || mayProbe(exchange) else { return .distantFuture }
        return patience.halfClosed(since: socket.written)
    }

    /// HTTP/1.0 knows no interim response, and nobody closes one side before a tunnel is there.
    private func mayProbe(_ exchange: ProxiedExchange) -> Bool {
        exchange.isUnanswered && !writer.isForOldClient && !exchange.asksForTunnel
    }

    /// Finds out whether a client that has closed its sending side still listens: one that is gone answers an
    /// interim response, which means nothing (RFC 9110 §15.2), with a reset.
    private func probe() {
        isProbed = true
        socket.write { $0.append(contentsOf: "HTTP/1.1 102 Processing\r\n\r\n".utf8) }
        socket.flush()
        socket.updateDeadline()
    }
}
