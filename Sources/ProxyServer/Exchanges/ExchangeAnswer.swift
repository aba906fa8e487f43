import CORSPolicy
import HTTPSyntax
import ProxyCore

/// What the proxy answers itself, and how every exchange ends.
extension ProxiedExchange {
    func answerHelp(_ head: RequestHead) {
        let isTrusted = configuration.trusts(connection.peer)
        answer(.help(for: head, in: configuration, on: connection.listener, isTrusted: isTrusted))
    }

    /// Health and metrics have rules of their own, and no policy.
    func answerAdmin(_ head: RequestHead) {
        if case .turnedAway = connection.admission { machine.closeAfterResponse() }
        switch AdminPages(configuration.admin, status: context.status).answer(
            to: head,
            on: connection.listener
        ) {
        case .page(let page): answer(page, withoutCORS: true)
        case .metrics: context.askForMetrics(self)
        }
    }

    /// The page of metrics has been built.
    func answerMetrics(_ page: [UInt8]) {
        // The client may have left meanwhile.
        guard machine.isUnanswered else { return }
        answer(.text(200, page, type: "text/plain; version=0.0.4; charset=utf-8"), withoutCORS: true)
    }

    func fail(_ error: ProxyError) {
        record.noteUpstreamAnswered(at: context.loop.now)
        switch machine.handle(.failed) {
        case .answer:
            transfer?.cancel()
            answer(error)
        case .cut:
            transfer?.cancel()
            record.note(forwarding?.fit(error) ?? error)
            conclude()
            connection.cut(isDelimited: isDelimited)
        case .proceed, .abandon, .serveNext, .close, .ignore:
            break
        }
    }

    func answer(_ failure: ProxyError) {
        let error = forwarding?.fit(failure) ?? failure
        record.note(error)
        if error.code.endsConnection { machine.closeAfterResponse() }
        answer(.error(error, requestID: record.requestID.text))
    }

    func answerPreflight() {
        guard let decision else { return answer(.internalError) }
        guard let refusal = decision.refusal else { return answer(.preflight(decision), withoutCORS: true) }
        answer(ProxyError(refusal, policy: policy, toldTo: standing))
    }

    func answer(_ own: OwnResponse, withoutCORS: Bool = false) {
        _ = machine.handle(.responseBegan(isDelimited: true))
        var head = own.head
        head.fields.append(.date, context.clock.httpDate)
        let requestID = record.requestID
        head.fields.append(.xRequestId) { requestID.write(to: &$0) }
        if !withoutCORS, let decision {
            head.applyToOwnResponse(decision, exposing: own.told)
        }
        writeHead(head)
        guard !isHeadRequest else { return finish() }
        record.responseBytes = own.body.count
        ownBody = own.body[...]
        writeOwnBody()
    }

    /// Writes a piece of a body of our own: a long one would keep the event loop from others.
    func writeOwnBody() {
        let piece = ownBody.prefix(OutputBuffer.highWaterMark)
        ownBody = ownBody.dropFirst(piece.count)
        connection.write { $0.append(contentsOf: piece) }
        if ownBody.isEmpty { finish() } else { connection.flush() }
    }

    func writeHead(_ head: consuming ResponseHead) {
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

    /// The whole response has been written.
    func finish() {
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
    func conclude() {
        transfer = nil
        context.log(record, on: connection.listener)
    }
}
