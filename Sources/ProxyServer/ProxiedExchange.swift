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
    /// How the body of the response is written.
    private enum Coding {
        case none
        case identity
        case chunked
    }

    private let context: ShardContext
    private unowned let connection: Connection
    private let snapshot: Snapshot
    private let head: RequestHead?
    private let unreadable: ProxyError?
    private var machine: Exchange
    private var decision: CORSDecision?
    private var decoder = BodyDecoder(.none)
    private var bodyBytes = 0
    private var replay = ReplayBuffer()
    private var forwarding: Forwarding?
    private var transfer: Transfer?
    private var coding = Coding.none
    /// Whether the end of the response's body shows by itself.
    private var isDelimited = true
    private var responseBytes = 0
    private var record: ExchangeRecord

    /// Begins with a head that was read.
    init(_ head: RequestHead, connection: Connection, context: ShardContext) {
        self.context = context
        self.connection = connection
        self.head = head
        snapshot = context.snapshot
        unreadable = nil
        machine = Exchange(hasBody: false, keepsAlive: head.keepsAlive && !context.isDraining)
        record = ExchangeRecord(
            head,
            peer: connection.peer,
            began: context.loop.now,
            requestID: context.nextRequestID()
        )
    }

    /// Begins with a head that could not be read, and only answers that.
    init(unreadable error: ProxyError, connection: Connection, context: ShardContext) {
        self.context = context
        self.connection = connection
        head = nil
        snapshot = context.snapshot
        unreadable = error
        machine = Exchange(hasBody: false, keepsAlive: false)
        record = ExchangeRecord(
            nil,
            peer: connection.peer,
            began: context.loop.now,
            requestID: context.nextRequestID()
        )
    }

    // MARK: Planning

    /// Does what the head asks for.
    func begin() {
        guard let head else { return answer(unreadable ?? .internalError) }
        let framing: BodyFraming
        do throws(SyntaxError) {
            framing = try head.framing()
        } catch {
            machine.closeAfterResponse()
            return answer(ProxyError(error))
        }
        decoder = BodyDecoder(framing)
        machine = Exchange(hasBody: framing != .none, keepsAlive: head.keepsAlive && !context.isDraining)
        let isStranger = snapshot.isForwardedByStranger(head, from: connection.peer)
        let plan = snapshot.rules.plan(head, context.planning(isForwardedByStranger: isStranger))
        decision = plan.decision
        record.note(plan.decision, origin: head.fields.string(of: .origin))
        if let error = refusal(of: head, framing) { return answer(error) }
        switch plan.step {
        case .refuse(let error): answer(error)
        case .preflight: answerPreflight()
        case .help: answer(.help(for: head, in: snapshot))
        case .iscorsneeded: answer(.iscorsneeded, withoutCORS: true)
        case .serverOptions: answer(.serverOptions)
        case .redirect(let target): answer(.redirect(to: target))
        case .forward(let target): forward(head, framing, to: target, isStranger: isStranger)
        }
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
        _ head: RequestHead,
        _ framing: BodyFraming,
        to target: TargetURL,
        isStranger: Bool
    ) {
        guard let rules = snapshot.rules.prefix else { return answer(.internalError) }
        record.note(target)
        let forwarding = Forwarding(
            head,
            framing: framing,
            target: target,
            rules: rules,
            peer: connection.peer,
            snapshot: snapshot,
            isStranger: isStranger
        )
        self.forwarding = forwarding
        replay = ReplayBuffer(keeps: framing != .none && snapshot.followsRedirects)
        if framing != .none, head.version == .http11, head.expectsContinue {
            connection.write { $0.append(contentsOf: "HTTP/1.1 100 Continue\r\n\r\n".utf8) }
            connection.flush()
            // The client may have left without waiting for it.
            guard machine.isUnanswered else { return }
        }
        startTransfer(forwarding)
    }

    private func startTransfer(_ forwarding: Forwarding) {
        do throws(ProxyError) {
            let route = try snapshot.route(
                to: forwarding.current.target.origin,
                isStranger: forwarding.isStranger
            )
            let transfer = Transfer(forwarding.current, over: route, for: self, context: context)
            self.transfer = transfer
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
    /// - Returns: The index behind the last byte that was used.
    func receiveBody(_ buffer: [UInt8], _ range: Range<Int>) -> Int {
        var offset = range.lowerBound
        do throws(SyntaxError) {
            while wantsBody, let transfer {
                switch try decoder.next(in: buffer.span.extracting(0..<range.upperBound), from: &offset) {
                case .needsMore:
                    transfer.flush()
                    return offset
                case .data(let data):
                    guard take(buffer, data, transfer) else { return offset }
                    if decoder.isComplete { endBody(transfer) }
                case .end:
                    endBody(transfer)
                }
            }
        } catch {
            fail(ProxyError(error))
        }
        transfer?.flush()
        return offset
    }

    private func take(_ buffer: [UInt8], _ data: Range<Int>, _ transfer: Transfer) -> Bool {
        bodyBytes += data.count
        record.requestBytes = bodyBytes
        guard bodyBytes <= snapshot.maximumRequestBody else {
            fail(.requestTooLarge)
            return false
        }
        replay.append(buffer, data)
        transfer.send(buffer, data)
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

    func transferReceivedHead(_ head: ResponseHead, _ framing: BodyFraming) {
        guard let forwarding else { return }
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
                transfer.send(replay.bytes, 0..<replay.bytes.count)
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
        _ head: ResponseHead,
        _ framing: BodyFraming,
        location: String?,
        _ forwarding: Forwarding
    ) {
        if case .length(let count) = framing, count > snapshot.maximumResponseBody {
            transfer?.cancel()
            return fail(.responseTooLarge(forwarding.current.target))
        }
        var head = head
        forwarding.rewrite(decision, pseudonym: snapshot.pseudonym).apply(to: &head, location: location)
        let isOldClient = self.head?.version == .http10
        switch framing {
        case .none: coding = .none
        case .length: coding = .identity
        case .chunked, .untilClose: coding = isOldClient ? .identity : .chunked
        }
        if head.status == 204 { head.fields.remove(.contentLength) }
        isDelimited = coding == .chunked || framing != .chunked && framing != .untilClose
        _ = machine.handle(.responseBegan(isDelimited: isDelimited))
        if coding == .chunked { head.fields.append(.transferEncoding, "chunked") }
        writeHead(head)
    }

    private func writeHead(_ head: ResponseHead) {
        record.status = head.status
        var head = head
        head.version = .http11
        if !machine.persistsAfterResponse {
            head.fields.append(.connection, "close")
        } else if self.head?.version == .http10 {
            head.fields.append(.connection, "keep-alive")
        }
        connection.write { head.write(to: &$0) }
    }

    func transferReceivedBody(_ buffer: [UInt8], _ range: Range<Int>) {
        responseBytes += range.count
        record.responseBytes = responseBytes
        guard responseBytes <= snapshot.maximumResponseBody else {
            transfer?.cancel()
            return fail(.responseTooLarge(forwarding?.current.target))
        }
        let coding = coding
        connection.write { bytes in
            if coding == .chunked {
                ChunkedEncoder.writeChunkHead(size: range.count, to: &bytes)
                bytes.append(contentsOf: buffer[range])
                ChunkedEncoder.writeChunkEnd(to: &bytes)
            } else {
                bytes.append(contentsOf: buffer[range])
            }
        }
    }

    /// All that has been read is written; the upstream waits while the client has enough.
    func transferPassedBody() {
        if connection.flush() { transfer?.pause() }
    }

    func transferEnded() {
        if coding == .chunked {
            connection.write { ChunkedEncoder.writeLastChunk(to: &$0) }
        }
        finish()
    }

    func transferFailed(_ error: ProxyError) {
        fail(error)
    }

    // MARK: From the connection

    /// The client has taken all that was written.
    func downstreamDrained() {
        transfer?.resume()
    }

    /// The client has gone.
    func downstreamLost() {
        guard machine.handle(.downstreamLost) == .abandon else { return }
        transfer?.cancel()
        record.isAbandoned = true
        log()
        connection.close()
    }

    /// The program stops.
    func closeAfterResponse() {
        machine.closeAfterResponse()
    }

    // MARK: Answering

    private func fail(_ error: ProxyError) {
        switch machine.handle(.failed) {
        case .answer:
            transfer?.cancel()
            answer(error)
        case .cut:
            transfer?.cancel()
            record.note(error)
            log()
            connection.cut(isDelimited: isDelimited)
        case .proceed, .abandon, .serveNext, .close, .ignore:
            break
        }
    }

    private func answer(_ error: ProxyError) {
        record.note(error)
        // After a request that cannot be trusted nothing more is read from the connection.
        if error.code == .badRequest { machine.closeAfterResponse() }
        answer(.error(error, requestID: record.requestID))
    }

    private func answerPreflight() {
        guard let decision else { return answer(.internalError) }
        guard let refusal = decision.refusal else { return answer(.preflight(decision), withoutCORS: true) }
        answer(ProxyError(refusal, policy: snapshot.rules.policy))
    }

    private func answer(_ own: OwnResponse, withoutCORS: Bool = false) {
        _ = machine.handle(.responseBegan(isDelimited: true))
        var head = own.head
        head.fields.append(.date, context.clock.httpDate)
        if !withoutCORS, let decision {
            apply(decision, to: &head)
        }
        writeHead(head)
        if self.head?.method != .head {
            record.responseBytes = own.body.count
            connection.write { $0.append(contentsOf: own.body) }
        }
        finish()
    }

    private func apply(_ decision: CORSDecision, to head: inout ResponseHead) {
        head.fields.apply(decision, status: head.status)
        for field in decision.refusalFields() where field.name != .cacheControl {
            head.fields.append(field)
        }
    }

    /// The whole response has been written.
    private func finish() {
        connection.flush()
        switch machine.handle(.responseEnded) {
        case .serveNext:
            log()
            connection.exchangeEnded(serveNext: true)
        case .close:
            log()
            connection.exchangeEnded(serveNext: false)
        case .proceed, .answer, .cut, .abandon, .ignore:
            break
        }
    }

    private func log() {
        context.log(record)
    }
}
