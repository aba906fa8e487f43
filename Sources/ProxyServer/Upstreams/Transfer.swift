import HTTPSyntax
import HTTPTypes
import IPAddresses
import ProxyCore
import Sockets
import Upstream

/// One hop of a request to an upstream: takes a connection, sends the request, reads the response.
///
/// A request is sent a second time only where nobody can have acted on it: over a new connection, if the pooled
/// one ended before a byte of the response, and only with an idempotent method and no body.
final class Transfer: EventHandler, ResponseSource {
    enum Phase {
        /// Waiting for a connection.
        case connecting(ConnectionTicket)
        /// Sending, and waiting for the head of the response.
        case awaitingHead(UpstreamConnection)
        /// Reading the body.
        case readingBody(UpstreamConnection)
        /// Done with, one way or the other. (final)
        case ended
    }

    let context: ShardContext
    /// Holds this transfer in turn, until it ends.
    let exchange: ProxiedExchange
    let request: UpstreamRequest
    private let connectionRequest: ConnectionRequest
    private let way: UpstreamProfile
    /// Who asks: look-ups are shared out among clients.
    private let client: IPAddress?
    /// While the body is read, in nanoseconds.
    private var bodyIdleTimeout: UInt64
    var phase = Phase.ended
    var output = OutputBuffer()
    private let encoder: BodyEncoder
    var isRequestComplete: Bool
    var hasSentBody = false
    var hasReceived = false
    var response: ResponseReader
    var inputState = InputState()
    var isPaused = false
    var keepsAlive = false
    var isReading = false
    var progress: MonotonicTime

    init(
        _ request: UpstreamRequest,
        over connectionRequest: ConnectionRequest,
        by way: UpstreamProfile,
        for exchange: ProxiedExchange,
        client: IPAddress?,
        context: ShardContext
    ) {
        self.context = context
        self.exchange = exchange
        self.request = request
        self.connectionRequest = connectionRequest
        self.way = way
        self.client = client
        bodyIdleTimeout = way.idleTimeout
        isRequestComplete = request.framing == .none
        encoder = BodyEncoder(request.framing)
        response = ResponseReader(to: request.method)
        progress = context.loop.now
    }

    // MARK: Connecting

    /// Takes a connection and sends the head as soon as there is one.
    func start() {
        connect(fresh: false)
    }

    func connect(fresh: Bool) {
        if !fresh, let connection = context.pool.takeUnused(connectionRequest) { return use(connection) }
        let answer = context.pool.take(connectionRequest, fresh: fresh, for: ClientNetwork(client)) {
            [self] result in
            switch result {
            case .success(let connection):
                use(connection)
                if isWaiting { exchange.transferHasRoom() }
            case .failure(let failure): fail(ProxyError(failure, target: request.target))
            }
        }
        switch answer {
        case .connection(let connection): use(connection)
        case .pending(let ticket): phase = .connecting(ticket)
        }
    }

    private func use(_ connection: UpstreamConnection) {
        connection.attach(self)
        phase = .awaitingHead(connection)
        inputState = InputState()
        progress = context.loop.now
        var waiting = OutputBuffer()
        swap(&waiting, &output)
        output.append(from: context.buffers) { bytes in
            request.write(to: &bytes, absoluteForm: connectionRequest.absoluteForm)
        }
        _ = waiting.send(returningTo: context.buffers) { bytes, range in
            output.append(from: context.buffers) { $0.append(contentsOf: bytes[range]) }
            return .bytes(range.count)
        }
        flush()
    }

    private var isWaiting: Bool {
        switch phase {
        case .awaitingHead: true
        case .connecting, .readingBody, .ended: false
        }
    }

    // MARK: Sending

    /// Whether no more body bytes are taken for now.
    var isOutputFull: Bool { output.isFull }

    /// Appends body bytes, in the coding of the request; `flush` sends them.
    func send(_ piece: ArraySlice<UInt8>) {
        hasSentBody = true
        output.append(from: context.buffers) { encoder.write(piece, to: &$0) }
    }

    /// All body bytes have been given to `send`.
    func endRequest() {
        guard !isRequestComplete else { return }
        isRequestComplete = true
        output.append(from: context.buffers) { encoder.writeEnd(to: &$0) }
    }

    /// Sends what waits, as far as there is room.
    func flush() {
        guard let connection else { return }
        guard connection.flush() else { return updateDeadline(connection) }
        switch output.send(returningTo: context.buffers, { connection.send($0, $1) }) {
        case .drained:
            progress = context.loop.now
        case .blocked(let sent):
            if sent > 0 { progress = context.loop.now }
        case .failed:
            // The upstream may have answered before it closed: what it said is read first.
            output.release(to: context.buffers)
            isRequestComplete = false
            inputState.tryAgain()
            return read()
        }
        updateDeadline(connection)
    }

    var connection: UpstreamConnection? {
        switch phase {
        case .awaitingHead(let connection), .readingBody(let connection): connection
        case .connecting, .ended: nil
        }
    }

    // MARK: EventHandler

    func ready(for readiness: Readiness) {
        if readiness.contains(.writable), let connection, !output.isEmpty || !connection.flush() {
            flush()
            // To flush may have ended the transfer, and the exchange with it.
            if isWaiting, !output.isFull, !isRequestComplete { exchange.transferHasRoom() }
        }
        inputState.note(readiness)
        read()
    }

    func deadlinePassed() {
        switch phase {
        case .awaitingHead, .readingBody: fail(.upstreamTimeout(request.target))
        case .connecting, .ended: break
        }
    }

    /// Waits for the upstream only where it is its turn: not while the client is slow to send or to read.
    func updateDeadline(_ connection: UpstreamConnection) {
        let wait: UInt64?
        if !output.isEmpty {
            wait = way.idleTimeout
        } else if case .readingBody = phase {
            wait = isPaused ? nil : bodyIdleTimeout
        } else {
            wait = isRequestComplete ? way.responseTimeout : nil
        }
        connection.setDeadline(wait.map { progress.advanced(byNanoseconds: $0) } ?? .distantFuture)
    }

    /// An event stream may have nothing to tell for long.
    func expectSilence() {
        bodyIdleTimeout = way.streamIdleTimeout
    }

    // MARK: Ending

    func fail(_ error: ProxyError) {
        cancel()
        exchange.fail(error)
    }

    /// Gives up: closes the connection, tells nobody.
    func cancel() {
        switch phase {
        case .connecting(let ticket): context.pool.cancel(ticket)
        case .awaitingHead(let connection), .readingBody(let connection): context.pool.discard(connection)
        case .ended: break
        }
        phase = .ended
        output.release(to: context.buffers)
    }
}
