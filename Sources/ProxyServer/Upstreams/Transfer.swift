import HTTPSyntax
import HTTPTypes
import IPAddresses
import ProxyCore
import Sockets
import Upstream

/// One hop of a request to an upstream: asks for a stream, gives it the request, passes on the response.
///
/// The pure `HopMachine` decides what an event means; this performs it, and keeps the time.
final class Transfer: ResponseSource {
    let request: UpstreamRequest
    private let context: ShardContext
    /// Holds this transfer in turn, until it ends.
    private let exchange: ProxiedExchange
    private let connectionRequest: ConnectionRequest
    private let profile: UpstreamProfile
    /// Who asks; nil where it has no address.
    private let client: IPAddress?
    private var machine: HopMachine
    private var pending: (any PendingUpstream)?
    private var stream: (any UpstreamStream)?
    /// Body bytes that came before there was a stream.
    private var waiting: [UInt8] = []
    private var isPaused = false
    /// While the body is read, in nanoseconds.
    private var bodyIdleTimeout: UInt64
    /// When the upstream last moved.
    private var progress: MonotonicTime

    init(
        _ request: UpstreamRequest,
        over connectionRequest: ConnectionRequest,
        by profile: UpstreamProfile,
        for exchange: ProxiedExchange,
        client: IPAddress?,
        context: ShardContext
    ) {
        self.context = context
        self.exchange = exchange
        self.request = request
        self.connectionRequest = connectionRequest
        self.profile = profile
        self.client = client
        bodyIdleTimeout = profile.idleTimeout
        machine = HopMachine(hasBody: request.framing != .none, isIdempotent: request.method.isIdempotent)
        progress = context.loop.now
    }

    // MARK: Opening

    /// Asks for a stream, and sends the head as soon as there is one.
    func start() {
        open(fresh: false)
    }

    private func open(fresh: Bool) {
        let answer = context.upstreams.open(connectionRequest, fresh: fresh, for: client, self)
        switch answer {
        case .opened(let stream): use(stream)
        case .pending(let pending): self.pending = pending
        }
    }

    /// A stream that was pending is there.
    func opened(_ stream: any UpstreamStream) {
        pending = nil
        use(stream)
        hasRoom()
    }

    /// There will be no stream.
    func openingFailed(_ failure: ConnectFailure) {
        pending = nil
        guard machine.handle(.failed(isRetrySafe: false)) == .fail else { return }
        exchange.fail(ProxyError(failure, target: request.target))
    }

    private func use(_ stream: any UpstreamStream) {
        guard machine.handle(.connected) == .proceed else { return stream.end(keepsConnection: false) }
        self.stream = stream
        progress = context.loop.now
        stream.sendHead(request)
        if !waiting.isEmpty {
            stream.send(waiting[...])
            waiting = []
        }
        if request.framing != .none, machine.isRequestComplete { stream.endBody() }
        stream.flush()
    }

    // MARK: The request

    /// Whether no more body bytes are taken for now.
    var isFull: Bool { stream?.isFull ?? (waiting.count >= OutputBuffer.highWaterMark) }

    /// Takes body bytes; `flush` sends them.
    func send(_ piece: ArraySlice<UInt8>) {
        if let stream { stream.send(piece) } else { waiting += piece }
    }

    /// All body bytes have been given to `send`.
    func endRequest() {
        guard !machine.isRequestComplete, machine.handle(.requestEnded) == .proceed else { return }
        stream?.endBody()
    }

    /// Sends what waits, as far as there is room.
    func flush() {
        stream?.flush()
    }

    // MARK: From the stream

    /// There is room for more of the request.
    func hasRoom() {
        if machine.awaitsResponse, !machine.isRequestComplete { exchange.transferHasRoom() }
    }

    /// The upstream takes no more of the request.
    func requestBroken() {
        _ = machine.handle(.requestBroken)
    }

    func received(interim status: Int) {
        exchange.transferReceivedInterim(status)
    }

    func received(_ head: consuming ResponseHead, _ length: BodyLength) {
        guard machine.handle(.responseBegan) == .proceed else { return }
        progress = context.loop.now
        // It may have nothing to tell for long.
        if head.fields.isEventStream { bodyIdleTimeout = profile.streamIdleTimeout }
        exchange.transferReceivedHead(head, length)
    }

    func received(_ piece: ArraySlice<UInt8>) {
        exchange.transferReceivedBody(piece)
    }

    /// All that has come so far was received.
    func passBody() {
        exchange.passBody()
    }

    /// The response is complete.
    func ended(persists: Bool) {
        switch machine.handle(.responseEnded(persists: persists)) {
        case .giveBack: end(keepsConnection: true)
        case .discard: end(keepsConnection: false)
        default: return
        }
        exchange.sourceEnded()
    }

    /// - Parameter isRetrySafe: Whether the connection had served before, and nobody has seen anything of the request.
    func failed(_ failure: UpstreamFailure, isRetrySafe: Bool) {
        switch machine.handle(.failed(isRetrySafe: isRetrySafe)) {
        case .dialFresh:
            end(keepsConnection: false)
            open(fresh: true)
        case .fail:
            end(keepsConnection: false)
            exchange.fail(error(failure))
        default: break
        }
    }

    private func error(_ failure: UpstreamFailure) -> ProxyError {
        switch failure {
        case .closed: .upstreamClosed(request.target)
        case .tls(let failure): ProxyError(.tls(failure), target: request.target)
        case .invalid(let fault): .invalidResponse(request.target, fault)
        }
    }

    // MARK: ResponseSource

    func pause() {
        guard !isPaused, let stream else { return }
        isPaused = true
        stream.pause()
        updateDeadline()
    }

    func resume() {
        guard isPaused, let stream else { return }
        isPaused = false
        progress = context.loop.now
        stream.resume()
    }

    func cancel() {
        switch machine.handle(.cancelled) {
        case .stopDialling:
            pending?.cancel()
            pending = nil
        case .discard: end(keepsConnection: false)
        default: break
        }
    }

    private func end(keepsConnection: Bool) {
        stream?.end(keepsConnection: keepsConnection)
        stream = nil
    }

    // MARK: Time

    /// The upstream has taken some of the request.
    func noteProgress() {
        progress = context.loop.now
    }

    /// Some of the response has come; until its head is whole the time does not begin anew.
    func noteArrival() {
        if !machine.awaitsResponse { progress = context.loop.now }
    }

    func deadlinePassed() {
        guard machine.handle(.deadlinePassed) == .fail else { return }
        end(keepsConnection: false)
        exchange.fail(.upstreamTimeout(request.target))
    }

    /// To be called where something has changed what is waited for.
    func updateDeadline() {
        guard let stream else { return }
        let time: UInt64? =
            switch machine.wait(isSending: stream.isSending, isPaused: isPaused) {
            case nil: nil
            case .sending: profile.idleTimeout
            case .response: profile.responseTimeout
            case .body: bodyIdleTimeout
            }
        stream.setDeadline(time.map { progress.advanced(byNanoseconds: $0) } ?? .distantFuture)
    }
}

extension HTTPRequest.Method {
    /// RFC 9110 §9.2.2; what is not registered may be anything.
    fileprivate var isIdempotent: Bool {
        switch self {
        case .get, .head, .options, .put, .delete: true
        default: false
        }
    }
}
