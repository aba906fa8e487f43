import HTTPSyntax
import ProxyCore

/// The upstream's response on its way to the page.
extension ProxiedExchange {
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
        location: LocationEdit,
        _ forwarding: Forwarding
    ) {
        if case .length(let count) = framing, count > configuration.maximumResponseBody {
            transfer?.cancel()
            return fail(.responseTooLarge(forwarding.current.target))
        }
        forwarding.rewrite(head, decision, pseudonym: configuration.pseudonym).apply(
            to: &head,
            location: location
        )
        if head.status == 204 { head.fields.remove(.contentLength) }
        let sent = framing.sent(toOldClient: isOldClient)
        encoder = BodyEncoder(sent)
        isDelimited = sent != .untilClose
        _ = machine.handle(.responseBegan(isDelimited: isDelimited))
        if sent == .chunked { head.fields.append(.transferEncoding, "chunked") }
        writeHead(head)
    }

    func transferReceivedBody(_ buffer: [UInt8], _ range: Range<Int>) {
        responseBytes += range.count
        record.responseBytes = responseBytes
        guard responseBytes <= configuration.maximumResponseBody else {
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
