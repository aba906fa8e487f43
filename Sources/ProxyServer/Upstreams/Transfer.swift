import CORSPolicy
import HTTPSyntax
import HTTPTypes
import IPAddresses
import ProxyCore
import Sockets
import Upstream

/// A request's way to its upstreams, hop by hop: asks for a stream, gives it the request, passes on the response.
///
/// The pure `HopSequence` says what is asked next, the pure `HopMachine` what an event means; this performs both, and
/// keeps the time.
final class Transfer: ResponseSource {
    private let context: ShardContext
    /// Holds this transfer in turn, until it ends.
    private let exchange: ProxiedExchange
    private let hops: HopSequence
    /// Whether a forwarder of unknown standing relays the request.
    private let isStranger: Bool
    /// Who asks, as far as trusted servers in front say; nil where it has no address.
    private let asker: IPAddress?

    // Of the hop that is under way:
    private var profile: UpstreamProfile
    private var machine = HopMachine(hasBody: false, isIdempotent: false)
    private var connectionRequest: ConnectionRequest?
    private var pending: (any PendingUpstream)?
    private var stream: (any UpstreamStream)?
    /// Body bytes that came before there was a stream.
    private var waiting: [UInt8] = []
    private var isPaused = false
    /// Whether the response may have nothing to tell for long.
    private var isEventStream = false
    /// When the upstream last moved.
    private var progress: MonotonicTime

    init(
        _ head: consuming RequestHead,
        _ length: BodyLength,
        to destination: Destination,
        from request: ClientRequest,
        for exchange: ProxiedExchange,
        context: ShardContext
    ) {
        self.context = context
        self.exchange = exchange
        isStranger = request.standing.isStranger
        let configuration = exchange.configuration
        asker = configuration.forwarders.client(of: head.fields, request, context.logger)
        profile = configuration.profile(
            of: destination,
            to: destination.target.origin,
            showsCertificate: true
        )
        hops = HopSequence(
            head,
            length: length,
            to: destination,
            from: request,
            rules: configuration.rules,
            pseudonym: configuration.pseudonym,
            addsForwarded: profile.addsForwarded
        )
        progress = context.loop.now
    }

    // MARK: Hops

    /// What is asked now.
    var target: TargetURL { hops.current.target }
    /// How it is asked.
    var method: HTTPRequest.Method { hops.current.method }

    /// What the upstream is offered where the request is a WebSocket handshake.
    var offer: WebSocketOffer? {
        hops.destination.webSocket.map {
            WebSocketOffer(key: $0.key, protocols: $0.protocols, sha1: SHA1.digest(of:))
        }
    }
    /// For taking more of what is sent, in nanoseconds.
    var writeTimeout: UInt64 { profile.idleTimeout }
    /// For a byte either way where the response has nothing to tell for long, in nanoseconds.
    var streamIdleTimeout: UInt64 { profile.streamIdleTimeout }

    /// Begins the first hop.
    func start() {
        do throws(ProxyError) {
            let request = try exchange.configuration.connectionRequest(
                to: target.origin,
                by: profile,
                isStranger: isStranger,
                isForTunnel: hops.destination.webSocket != nil
            )
            connectionRequest = request
            machine = HopMachine(hasBody: hops.current.length != .none, isIdempotent: method.isIdempotent)
            progress = context.loop.now
            exchange.hopBegan()
            open(fresh: hops.destination.webSocket != nil)
        } catch {
            exchange.fail(error)
        }
    }

    /// Asks the target of a redirect.
    private func follow() {
        cancel()
        // What is set for a route, its client certificate too, holds where the request is at home.
        profile = exchange.configuration.profile(
            of: hops.destination,
            to: target.origin,
            showsCertificate: hops.isAtHome
        )
        (waiting, isPaused, isEventStream) = ([], false, false)
        start()
        guard let body = hops.replayedBody else { return }
        give(body)
        endBody()
        flush()
    }

    /// An error in words that the client, and the log, may be told.
    func fit(_ error: ProxyError) -> ProxyError { hops.fit(error) }

    /// Makes the head of the final response the one that the page gets.
    func rewrite(_ head: inout ResponseHead, location: LocationEdit, _ decision: CORSDecision?) {
        hops.rewrite(head, decision, pseudonym: exchange.configuration.pseudonym)
            .apply(to: &head, location: location)
    }

    /// Makes the head of a 101 the one that the client gets.
    func rewriteUpgrade(_ head: inout ResponseHead, _ decision: CORSDecision?) {
        hops.rewriteUpgrade(&head, decision, pseudonym: exchange.configuration.pseudonym)
    }

    // MARK: Opening

    private func open(fresh: Bool) {
        guard let connectionRequest else { return }
        switch context.upstreams.open(connectionRequest, fresh: fresh, for: asker, self) {
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
        exchange.fail(ProxyError(failure, target: target))
    }

    private func use(_ stream: any UpstreamStream) {
        guard machine.handle(.connected) == .proceed else { return stream.end(keepsConnection: false) }
        self.stream = stream
        progress = context.loop.now
        stream.sendHead(hops.current)
        if !waiting.isEmpty {
            stream.send(waiting[...])
            waiting = []
        }
        if hops.current.length != .none, machine.isRequestComplete { stream.endBody() }
        stream.flush()
    }

    // MARK: The request

    /// Whether no more body bytes are taken for now.
    var isFull: Bool { stream?.isFull ?? (waiting.count >= OutputBuffer.highWaterMark) }

    /// Takes a piece of the client's body; `flush` sends it.
    func send(_ piece: ArraySlice<UInt8>) {
        hops.keep(piece)
        give(piece)
    }

    /// The client's whole body has been given to `send`.
    func endRequest() {
        hops.requestEnded()
        endBody()
    }

    private func give(_ piece: ArraySlice<UInt8>) {
        if let stream { stream.send(piece) } else { waiting += piece }
    }

    private func endBody() {
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
        exchange.hopReceived(interim: status)
    }

    func received(_ head: consuming ResponseHead, _ length: BodyLength) {
        guard machine.handle(.responseBegan) == .proceed else { return }
        progress = context.loop.now
        isEventStream = head.fields.isEventStream
        exchange.hopAnswered(head)
        switch hops.verdict(on: head, resolve: context.resolveLocation) {
        case .handBack(let location): exchange.received(head, length, location: location)
        case .follow: follow()
        case .refuse(let error): exchange.fail(error)
        }
    }

    /// The upstream has accepted the handshake: the connection is no request's any more.
    func upgraded(_ head: consuming ResponseHead, _ end: any TunnelEnd) {
        let action = machine.handle(.upgraded)
        stream = nil
        guard action == .tunnel else {
            end.reset()
            if action == .fail { exchange.fail(.upstreamClosed(target)) }
            return
        }
        exchange.hopAnswered(head)
        exchange.upgraded(head, to: end)
    }

    func received(_ piece: ArraySlice<UInt8>) {
        exchange.received(body: piece)
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
        case .closed: .upstreamClosed(target)
        case .tls(let failure): ProxyError(.tls(failure), target: target)
        case .invalid(let fault): .invalidResponse(target, fault)
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
        exchange.fail(.upstreamTimeout(target))
    }

    /// To be called where something has changed what is waited for.
    func updateDeadline() {
        guard let stream else { return }
        let time: UInt64? =
            switch machine.wait(isSending: stream.isSending, isPaused: isPaused) {
            case nil: nil
            case .sending: profile.idleTimeout
            case .response: profile.responseTimeout
            case .body: isEventStream ? profile.streamIdleTimeout : profile.idleTimeout
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
