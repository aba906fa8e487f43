import CORSPolicy
import HTTPSyntax
import HTTPTypes
import ProxyCore
import Sockets
import Upstream

/// One request from its head to the last byte of its response: plans it, forwards it, writes what comes back.
///
/// The pure `Exchange` decides what an event means; this performs it between a `Connection` and a `Transfer`.
final class ProxiedExchange {
    private let context: ShardContext
    /// Holds this exchange in turn, until it ends.
    private let connection: Connection
    private let snapshot: Snapshot
    private let isOldClient: Bool
    private let isHeadRequest: Bool
    private var machine: Exchange
    private var decision: CORSDecision?
    private var policy: CORSPolicy
    private var decoder = BodyDecoder(.none)
    private var bodyBytes = 0
    private var replay = ReplayBuffer()
    private var forwarding: Forwarding?
    private var transfer: Transfer?
    private var encoder = BodyEncoder(.none)
    /// Whether the end of the response's body shows by itself.
    private var isDelimited = true
    private var responseBytes = 0
    private var record: ExchangeRecord

    /// Makes an exchange for a head, or for one that could not be read.
    init(_ head: RequestHead?, connection: Connection, context: ShardContext) {
        self.context = context
        self.connection = connection
        isOldClient = head?.version == .http10
        isHeadRequest = head?.method == .head
        snapshot = context.snapshot
        policy = context.snapshot.rules.policy
        machine = Exchange(hasBody: false, keepsAlive: head?.keepsAlive == true && !context.isDraining)
        record = ExchangeRecord(
            head,
            clientAddress: connection.clientAddress,
            began: context.loop.now,
            requestID: context.requestID(of: head, from: connection.peer),
            namesAgents: context.logNamesAgents
        )
        context.exchangeBegan(on: connection.listener)
    }

    // MARK: Planning

    /// Answers a head that could not be read.
    func begin(unreadable error: ProxyError) {
        answer(error)
    }

    /// Does what the head asks for.
    func begin(_ head: consuming RequestHead) {
        let framing: BodyFraming
        do throws(SyntaxError) {
            framing = try head.framing()
        } catch {
            machine.closeAfterResponse()
            return answer(ProxyError(error))
        }
        decoder = BodyDecoder(framing)
        machine = Exchange(hasBody: framing != .none, keepsAlive: head.keepsAlive && !context.isDraining)
        if connection.listener.role == .admin { return answerAdmin(head) }
        let isStranger = snapshot.isStranger(head, from: connection.peer, on: connection.listener)
        let plan = snapshot.rules.plan(head, context.planning, isForwardedByStranger: isStranger)
        decision = plan.decision
        policy = plan.policy
        if let number = plan.rulesNumber { record.routeIndex = context.routeIndex(ofRules: number) }
        record.note(plan.decision, by: plan.policy, origin: head.fields.string(of: .origin))
        if let error = refusal(of: head, framing) { return answer(error) }
        switch plan.step {
        case .refuse(let error): answer(error)
        case .preflight: answerPreflight()
        case .help: answerHelp(head)
        case .iscorsneeded: answer(.iscorsneeded, withoutCORS: true)
        case .serverOptions: answer(.serverOptions)
        case .redirect(let target): answer(.redirect(to: target))
        case .forward(let destination):
            if let error = snapshot.rateRefusal(
                of: head,
                to: destination,
                from: connection.peer,
                at: context.loop.now
            ) {
                return answer(error)
            }
            forward(head, framing, to: destination, isStranger: isStranger)
        }
    }

    private func answerHelp(_ head: RequestHead) {
        let isTrusted = snapshot.trusts(connection.peer)
        answer(.help(for: head, in: snapshot, on: connection.listener, isTrusted: isTrusted))
    }

    /// Health and metrics have rules of their own, and no policy.
    private func answerAdmin(_ head: RequestHead) {
        if case .turnedAway = connection.admission { machine.closeAfterResponse() }
        answer(
            AdminPages(snapshot.admin, status: context.status).response(to: head, on: connection.listener),
            withoutCORS: true
        )
    }

    /// Limits and expectations, which count before anything is forwarded.
    private func refusal(of head: RequestHead, _ framing: BodyFraming) -> ProxyError? {
        if case .turnedAway = connection.admission {
            machine.closeAfterResponse()
            return .tooManyConnections
        }
        if case .length(let count) = framing, count > snapshot.maximumRequestBody {
            return .requestTooLarge
        }
        if head.version == .http11, head.fields.contains(.expect), !head.expectsContinue {
            return .expectationFailed
        }
        return nil
    }

    private func forward(
        _ head: consuming RequestHead,
        _ framing: BodyFraming,
        to destination: Destination,
        isStranger: Bool
    ) {
        if !destination.rules.hidesTarget { record.note(destination.shown) }
        let expectsContinue = framing != .none && head.version == .http11 && head.expectsContinue
        let forwarding = Forwarding(
            head,
            framing: framing,
            destination: destination,
            client: snapshot.party(
                connection.peer,
                address: connection.clientAddress,
                on: connection.listener
            ),
            listener: connection.listener,
            snapshot: snapshot,
            isStranger: isStranger,
            requestID: record.requestID
        )
        self.forwarding = forwarding
        replay = ReplayBuffer(keeps: framing != .none && destination.rules.followsRedirects)
        if expectsContinue {
            connection.write { $0.append(contentsOf: "HTTP/1.1 100 Continue\r\n\r\n".utf8) }
            connection.flush()
            // The client may have left without waiting for it.
            guard machine.isUnanswered else { return }
        }
        startTransfer(forwarding)
    }

    private func startTransfer(_ forwarding: Forwarding) {
        do throws(ProxyError) {
            let way = forwarding.way
            let route = try snapshot.route(
                to: forwarding.current.target.origin,
                by: way,
                isStranger: forwarding.isStranger
            )
            let transfer = Transfer(forwarding.current, over: route, by: way, for: self, context: context)
            self.transfer = transfer
            record.noteUpstreamBegan(at: .now())
            transfer.start()
        } catch {
            fail(error)
        }
    }

    // MARK: The request's body

    /// Whether body bytes are to be read now.
    var wantsBody: Bool {
        guard machine.isReceiving, machine.isUnanswered, let transfer else { return false }
        return !transfer.isOutputFull
    }

    /// Takes body bytes.
    ///
    /// - Returns: How many were used; the rest is wanted later, or belongs to the next request.
    func receiveBody(_ bytes: ArraySlice<UInt8>) -> Int {
        var used = 0
        do throws(SyntaxError) {
            while wantsBody, let transfer {
                switch try decoder.next(in: bytes.span, from: &used) {
                case .needsMore:
                    transfer.flush()
                    return used
                case .data(let range):
                    let start = bytes.startIndex
                    guard take(bytes[start + range.lowerBound..<start + range.upperBound], transfer) else {
                        return used
                    }
                    if decoder.isComplete { endBody(transfer) }
                case .end:
                    endBody(transfer)
                }
            }
        } catch {
            fail(ProxyError(error))
        }
        transfer?.flush()
        return used
    }

    private func take(_ piece: ArraySlice<UInt8>, _ transfer: Transfer) -> Bool {
        bodyBytes += piece.count
        record.requestBytes = bodyBytes
        guard bodyBytes <= snapshot.maximumRequestBody else {
            fail(.requestTooLarge)
            return false
        }
        replay.append(piece)
        transfer.send(piece)
        return true
    }

    private func endBody(_ transfer: Transfer) {
        _ = machine.handle(.requestEnded)
        replay.isComplete = true
        transfer.endRequest()
    }

    /// The client has closed before the end of the body.
    func bodyCutOff() {
        downstreamLost()
    }

    /// The client has sent nothing for too long.
    func bodyTimedOut() {
        machine.closeAfterResponse()
        fail(.requestTimeout)
    }

    // MARK: From the transfer

    /// There is room for body bytes again.
    func transferHasRoom() {
        connection.resumeBody()
    }

    func transferReceivedHead(_ head: consuming ResponseHead, _ framing: BodyFraming) {
        guard let forwarding else { return }
        record.noteUpstreamAnswered(at: context.loop.now)
        let verdict = forwarding.verdict(
            on: head,
            replay: replay,
            isRequestComplete: !machine.isReceiving,
            parser: context.urlParser
        )
        switch verdict {
        case .handBack(let location):
            pass(head, framing, location: location, forwarding)
        case .follow:
            transfer?.cancel()
            startTransfer(forwarding)
            if forwarding.current.framing != .none, let transfer {
                transfer.send(replay.bytes[...])
                transfer.endRequest()
                transfer.flush()
            }
        case .refuse(let error):
            transfer?.cancel()
            fail(error)
        }
    }

    /// Writes the head that the page gets.
    private func pass(
        _ head: consuming ResponseHead,
        _ framing: BodyFraming,
        location: String?,
        _ forwarding: Forwarding
    ) {
        if case .length(let count) = framing, count > snapshot.maximumResponseBody {
            transfer?.cancel()
            return fail(.responseTooLarge(forwarding.current.target))
        }
        forwarding.rewrite(head, decision, pseudonym: snapshot.pseudonym).apply(to: &head, location: location)
        if head.status == 204 { head.fields.remove(.contentLength) }
        let sent = framing.sent(toOldClient: isOldClient)
        encoder = BodyEncoder(sent)
        isDelimited = sent != .untilClose
        _ = machine.handle(.responseBegan(isDelimited: isDelimited))
        if sent == .chunked { head.fields.append(.transferEncoding, "chunked") }
        writeHead(head)
    }

    private func writeHead(_ head: consuming ResponseHead) {
        record.status = head.status
        head.version = .http11
        if !machine.persistsAfterResponse {
            head.fields.append(.connection, "close")
        } else if isOldClient {
            head.fields.append(.connection, "keep-alive")
        }
        let finished = head
        connection.write { finished.write(to: &$0) }
        record.noteHeadWritten(at: .now())
    }

    func transferReceivedBody(_ buffer: [UInt8], _ range: Range<Int>) {
        responseBytes += range.count
        record.responseBytes = responseBytes
        guard responseBytes <= snapshot.maximumResponseBody else {
            transfer?.cancel()
            return fail(.responseTooLarge(forwarding?.current.target))
        }
        connection.write { encoder.write(buffer[range], to: &$0) }
    }

    /// All that has been read is written; the upstream waits while the client has enough.
    func transferPassedBody() {
        if connection.flush() { transfer?.pause() }
    }

    func transferEnded() {
        connection.write { encoder.writeEnd(to: &$0) }
        finish()
    }

    func transferFailed(_ error: ProxyError) {
        fail(error)
    }

    // MARK: From the connection

    /// Whether the client may be sent an interim response; HTTP/1.0 knows none.
    var mayProbe: Bool { machine.isUnanswered && !isOldClient }

    /// The client has taken all that was written.
    func downstreamDrained() {
        transfer?.resume()
    }

    /// The client has gone.
    func downstreamLost() {
        guard machine.handle(.downstreamLost) == .abandon else { return }
        transfer?.cancel()
        record.isAbandoned = true
        conclude()
        connection.close()
    }

    /// The program ends before the response is complete.
    func programEnds() {
        guard machine.handle(.downstreamLost) == .abandon else { return }
        transfer?.cancel()
        record.note(.shuttingDown)
        conclude()
        connection.cut(isDelimited: false)
    }

    /// The program stops.
    func closeAfterResponse() {
        // A head that is written has promised that the next request is read.
        guard machine.isUnanswered else { return }
        machine.closeAfterResponse()
    }

    // MARK: Answering

    private func fail(_ error: ProxyError) {
        record.noteUpstreamAnswered(at: context.loop.now)
        switch machine.handle(.failed) {
        case .answer:
            transfer?.cancel()
            answer(error)
        case .cut:
            transfer?.cancel()
            record.note(error)
            conclude()
            connection.cut(isDelimited: isDelimited)
        case .proceed, .abandon, .serveNext, .close, .ignore:
            break
        }
    }

    private func answer(_ failure: ProxyError) {
        let error = forwarding?.destination.rules.hidesTarget == true ? failure.withoutTarget : failure
        record.note(error)
        // After a request that cannot be trusted nothing more is read from the connection.
        if error.code == .badRequest { machine.closeAfterResponse() }
        answer(.error(error, requestID: record.requestID.text))
    }

    private func answerPreflight() {
        guard let decision else { return answer(.internalError) }
        guard let refusal = decision.refusal else { return answer(.preflight(decision), withoutCORS: true) }
        answer(ProxyError(refusal, policy: policy))
    }

    private func answer(_ own: OwnResponse, withoutCORS: Bool = false) {
        _ = machine.handle(.responseBegan(isDelimited: true))
        var head = own.head
        head.fields.append(.date, context.clock.httpDate)
        let requestID = record.requestID
        head.fields.append(.xRequestId) { requestID.write(to: &$0) }
        if !withoutCORS, let decision {
            head.applyToOwnResponse(decision, exposing: own.told)
        }
        writeHead(head)
        if !isHeadRequest {
            record.responseBytes = own.body.count
            connection.write { $0.append(contentsOf: own.body) }
        }
        finish()
    }

    /// The whole response has been written.
    private func finish() {
        connection.flush()
        switch machine.handle(.responseEnded) {
        case .serveNext:
            conclude()
            connection.exchangeEnded(serveNext: true)
        case .close:
            conclude()
            connection.exchangeEnded(serveNext: false)
        case .proceed, .answer, .cut, .abandon, .ignore:
            break
        }
    }

    /// The exchange is over, one way or the other; what comes now changes nothing any more.
    private func conclude() {
        transfer = nil
        context.log(record, on: connection.listener)
    }
}

extension BodyFraming {
    /// How a body that came in this framing is sent on: a client of HTTP/1.0 does not know chunks.
    fileprivate func sent(toOldClient isOld: Bool) -> BodyFraming {
        switch self {
        case .none, .length: self
        case .chunked, .untilClose: isOld ? .untilClose : .chunked
        }
    }
}
