import CORSPolicy
import HTTPSyntax
import ProxyCore
import Sockets

/// One request from its head to the last byte of its response, between a client's stream and an upstream's.
///
/// A `RequestHandler` says what is to be done with it; the pure `Exchange` decides what an event means.
final class ProxiedExchange {
    /// What is forwarded once its limits have been asked.
    private struct Forward {
        let head: RequestHead
        let length: BodyLength
        let destination: Destination
    }

    let client: ClientEndpoint
    let configuration: CompiledConfiguration
    private let context: ShardContext
    /// Holds this exchange in turn, until it ends.
    private let stream: any ClientStream
    private let handler: any RequestHandler
    private let observer: (any ExchangeObserver)?
    private let record: ExchangeRecord
    private let isHeadRequest: Bool
    private var machine: Exchange
    private var decision: CORSDecision?
    private var policy: CORSPolicy
    /// Who asks and from where; nil where the head could not be read.
    private let request: ClientRequest?
    private var awaitingAdmission: Forward?
    private var transfer: Transfer?
    /// What is kept of a handshake until there is a tunnel.
    private var tunnelGrant: TunnelGrant?
    /// What the response's body comes from: the transfer, or a body of our own.
    private var source: (any ResponseSource)?

    /// - Parameter handler: What its connection is for.
    convenience init(
        _ head: RequestHead,
        hasBody: Bool,
        of client: ClientEndpoint,
        to stream: any ClientStream,
        by handler: any RequestHandler,
        context: ShardContext
    ) {
        let configuration = context.configuration
        let isTrusted = configuration.forwarders.trust(client.peer)
        let id = (isTrusted ? RequestID(givenBy: head) : nil) ?? context.nextRequestID()
        self.init(
            Exchange(hasBody: hasBody, keepsAlive: context.persists(after: head)),
            isHeadRequest: head.method == .head,
            client.request(head, isTrusted: isTrusted, id: id, rules: configuration.rules),
            ExchangeRecord(
                head,
                clientAddress: client.address,
                began: context.loop.now,
                requestID: id,
                namesAgents: context.journal.namesAgents
            ),
            of: client,
            to: stream,
            by: handler,
            context: context
        )
        observer?.began(self, head)
    }

    /// Makes the exchange of a request whose head could not be read.
    convenience init(
        unreadableOf client: ClientEndpoint,
        to stream: any ClientStream,
        by handler: any RequestHandler,
        context: ShardContext
    ) {
        self.init(
            Exchange(hasBody: false, keepsAlive: false),
            isHeadRequest: false,
            nil,
            ExchangeRecord(
                nil,
                clientAddress: client.address,
                began: context.loop.now,
                requestID: context.nextRequestID(),
                namesAgents: false
            ),
            of: client,
            to: stream,
            by: handler,
            context: context
        )
        observer?.began(self, nil)
    }

    private init(
        _ machine: Exchange,
        isHeadRequest: Bool,
        _ request: ClientRequest?,
        _ record: ExchangeRecord,
        of client: ClientEndpoint,
        to stream: any ClientStream,
        by handler: any RequestHandler,
        context: ShardContext
    ) {
        self.machine = machine
        self.isHeadRequest = isHeadRequest
        self.request = request
        self.record = record
        self.client = client
        self.stream = stream
        self.handler = handler
        self.context = context
        observer = context.observer
        configuration = context.configuration
        policy = configuration.rules.policy
        if handler.isCounted { context.journal.exchangeBegan() }
    }

    /// Does what the head asks for.
    func begin(_ head: consuming RequestHead, _ length: BodyLength) {
        guard let request else { return }
        handler.handle(head, length, from: request, on: self)
    }

    /// Answers a request that is broken, and serves no other one behind it.
    func refuse(_ error: ProxyError) {
        machine.closeAfterResponse()
        answer(error)
    }

    /// Takes note of what the rules say.
    func note(_ plan: RequestPlan) {
        decision = plan.decision
        policy = plan.policy
        if let number = plan.rulesNumber { record.routeIndex = context.journal.routeIndex(ofRules: number) }
        record.note(plan.decision, by: plan.policy, origin: request?.origin.text, advice: plan.advice)
        observer?.planned(self, plan)
    }

    // MARK: Answers of our own

    /// Whether no byte of the response has been written.
    var isUnanswered: Bool { machine.isUnanswered }

    func answer(_ failure: ProxyError) {
        let error = transfer?.fit(failure) ?? failure
        record.note(error)
        if error.code.endsConnection { machine.closeAfterResponse() }
        answer(.error(error, requestID: record.requestID.text))
    }

    func answerPreflight(_ decision: CORSDecision) {
        guard let refusal = decision.refusal else { return answer(.preflight(decision), withoutCORS: true) }
        answer(ProxyError(refusal, policy: policy, toldTo: request?.standing ?? .stranger(nil)))
    }

    /// Answers with what was built elsewhere; the client may have left meanwhile.
    func answerLate(_ own: OwnResponse) {
        if machine.isUnanswered { answer(own, withoutCORS: true) }
    }

    func answer(_ own: OwnResponse, withoutCORS: Bool = false) {
        var head = own.head
        head.fields.append(.date, context.clock.httpDate)
        let requestID = record.requestID
        head.fields.append(.xRequestId) { requestID.write(to: &$0) }
        if !withoutCORS, let decision {
            head.applyToOwnResponse(decision, exposing: own.told)
        }
        sendHead(head, own.body.isEmpty ? .none : .known(Int64(own.body.count)))
        guard !isHeadRequest else { return sourceEnded() }
        guard own.body.count > OwnBody.pieceBytes else {
            if !own.body.isEmpty { send(own.body[...]) }
            return sourceEnded()
        }
        let body = OwnBody(own.body, for: self, on: context.loop)
        source = body
        body.start()
    }

    private func sendHead(_ head: consuming ResponseHead, _ length: BodyLength) {
        _ = machine.handle(.responseBegan)
        record.status = head.status
        stream.sendHead(head, length, persists: machine.persistsAfterResponse)
        record.noteHeadWritten(at: .now())
    }

    // MARK: Forwarding

    /// Holds a request back until its limits have been asked.
    func awaitAdmission(_ head: RequestHead, _ length: BodyLength, to destination: Destination) {
        _ = machine.handle(.admissionAwaited)
        awaitingAdmission = Forward(head: head, length: length, destination: destination)
    }

    /// What the limits have said of a request that was held back; the client may have left meanwhile.
    func admissionDecided(_ refusal: ProxyError?) {
        guard let forward = awaitingAdmission, machine.handle(.admitted) == .proceed else { return }
        awaitingAdmission = nil
        if let refusal { return answer(refusal) }
        self.forward(forward.head, forward.length, to: forward.destination)
        stream.resumeBody()
    }

    func forward(_ head: consuming RequestHead, _ length: BodyLength, to destination: Destination) {
        guard let request else { return }
        if !destination.rules.hidesTarget { record.note(destination.shown) }
        if destination.webSocket != nil {
            guard let place = context.tunnels.take() else { return answer(.tooManyTunnels) }
            tunnelGrant = TunnelGrant(
                copy head,
                of: client,
                by: handler,
                to: destination,
                in: place,
                under: configuration
            )
        }
        let transfer = Transfer(head, length, to: destination, from: request, for: self, context: context)
        self.transfer = transfer
        source = transfer
        transfer.start()
    }

    // MARK: From the client

    /// Whether body bytes are to be read now.
    var wantsBody: Bool {
        guard machine.isReceiving, machine.isUnanswered, let transfer else { return false }
        return !transfer.isFull
    }

    /// Takes a piece of the request's body; `passRequestBody` sends it.
    func receive(_ piece: ArraySlice<UInt8>) {
        record.requestBytes += piece.count
        guard record.requestBytes <= configuration.maximumRequestBody else { return fail(.requestTooLarge) }
        transfer?.send(piece)
    }

    /// The whole body has been received.
    func bodyEnded() {
        guard machine.handle(.requestEnded) == .proceed else { return }
        transfer?.endRequest()
    }

    /// What has been received so far goes on.
    func passRequestBody() {
        transfer?.flush()
    }

    /// The client has sent nothing for too long.
    func bodyTimedOut() {
        machine.closeAfterResponse()
        fail(.requestTimeout)
    }

    /// The client has taken all that was written.
    func drained() {
        source?.resume()
    }

    /// The client has gone.
    func clientLost() {
        guard machine.handle(.clientLost) == .abandon else { return }
        record.isAbandoned = true
        source?.cancel()
        conclude()
    }

    /// The program ends before the response is complete.
    func programEnds() {
        guard machine.handle(.clientLost) == .abandon else { return }
        record.note(.shuttingDown)
        source?.cancel()
        conclude()
    }

    /// No other request is served behind this one.
    func closeAfterResponse() {
        // A head that is written has promised that the next request is read.
        guard machine.isUnanswered else { return }
        machine.closeAfterResponse()
    }

    // MARK: From the transfer

    /// A hop begins: an upstream is waited for.
    func hopBegan() {
        record.noteUpstreamBegan(at: .now())
    }

    /// There is room for body bytes again.
    func transferHasRoom() {
        stream.resumeBody()
    }

    /// An upstream has sent an interim response, which goes no further.
    func hopReceived(interim status: Int) {
        record.note(interim: status)
    }

    /// An upstream has answered: with the final response, or with a redirect that may be followed.
    func hopAnswered(_ head: ResponseHead) {
        record.noteUpstreamAnswered(at: context.loop.now)
        observer?.upstreamAnswered(self, head)
    }

    /// The head of the final response has come: the page gets it as the policy and the rules say.
    func received(_ head: consuming ResponseHead, _ length: BodyLength, location: LocationEdit) {
        guard let transfer else { return }
        if case .known(let count) = length, count > configuration.maximumResponseBody {
            return fail(.responseTooLarge(transfer.target))
        }
        transfer.rewrite(&head, location: location, decision)
        if head.status == 204 { head.fields.remove(.contentLength) }
        sendHead(head, length)
    }

    /// A piece of an upstream's body; `passBody` has it sent.
    func received(body piece: ArraySlice<UInt8>) {
        record.responseBytes += piece.count
        guard record.responseBytes <= configuration.maximumResponseBody else {
            return fail(.responseTooLarge(transfer?.target))
        }
        stream.send(piece)
    }

    func fail(_ error: ProxyError) {
        record.noteUpstreamAnswered(at: context.loop.now)
        switch machine.handle(.failed) {
        case .answer:
            source?.cancel()
            answer(error)
        case .cut:
            source?.cancel()
            record.note(transfer?.fit(error) ?? error)
            conclude()
            stream.cut()
        case .proceed, .abandon, .serveNext, .close, .ignore:
            break
        }
    }

    // MARK: The tunnel

    /// Whether the request is a WebSocket handshake that is under way.
    var asksForTunnel: Bool { tunnelGrant != nil }

    /// The upstream has accepted the handshake: a tunnel takes this exchange's place, and its record.
    func upgraded(_ head: consuming ResponseHead, to upstream: any TunnelEnd) {
        guard let transfer, let tunnelGrant, machine.handle(.tunnelBegan) == .proceed else {
            return upstream.reset()
        }
        transfer.rewriteUpgrade(&head, decision)
        record.status = head.status
        let client = stream.openTunnel(head)
        record.noteHeadWritten(at: .now())
        context.journal.tunnelOpened(record)
        observer?.tunnelOpened(self, record)
        let tunnel = Tunnel(
            between: client,
            and: upstream,
            by: tunnelGrant,
            for: record,
            idleTimeout: transfer.streamIdleTimeout,
            context: context
        )
        release()
        tunnel.start()
    }

    // MARK: The response's body

    /// Writes a piece of a body of our own; `passBody` has it sent.
    func send(_ piece: ArraySlice<UInt8>) {
        record.responseBytes += piece.count
        stream.send(piece)
    }

    /// All that has come so far is written; the source waits while the client has enough.
    func passBody() {
        stream.flush()
        if stream.isFull { source?.pause() }
    }

    /// The whole response has been written.
    func sourceEnded() {
        stream.endBody()
        let action = machine.handle(.responseEnded)
        guard action == .serveNext || action == .close else { return }
        conclude()
        stream.finish(serveNext: action == .serveNext)
    }

    // MARK: The end

    /// The exchange is over, one way or the other; what comes now changes nothing any more.
    private func conclude() {
        release()
        context.journal.note(record, isCounted: handler.isCounted)
        observer?.ended(record)
    }

    private func release() {
        transfer = nil
        source = nil
        tunnelGrant = nil
        awaitingAdmission = nil
    }
}
