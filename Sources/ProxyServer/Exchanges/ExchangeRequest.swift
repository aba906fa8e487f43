import HTTPSyntax
import ProxyCore
import Upstream

/// The request on its way to the upstream.
extension ProxiedExchange {
    func forward(
        _ head: consuming RequestHead,
        _ framing: BodyFraming,
        to destination: Destination,
        isStranger: Bool
    ) {
        if !destination.rules.hidesTarget { record.note(destination.shown) }
        client = configuration.forwarders.client(of: head.fields, from: connection.peer, context.logger)
        let expectsContinue = framing != .none && head.version == .http11 && head.expectsContinue
        let forwarding = Forwarding(
            head,
            framing: framing,
            destination: destination,
            client: configuration.party(
                connection.peer,
                address: connection.clientAddress,
                on: connection.listener
            ),
            listener: connection.listener,
            configuration: configuration,
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

    func startTransfer(_ forwarding: Forwarding) {
        do throws(ProxyError) {
            let way = forwarding.way
            let connectionRequest = try configuration.connectionRequest(
                to: forwarding.current.target.origin,
                by: way,
                isStranger: forwarding.isStranger
            )
            let transfer = Transfer(
                forwarding.current,
                over: connectionRequest,
                by: way,
                for: self,
                context: context
            )
            self.transfer = transfer
            record.noteUpstreamBegan(at: .now())
            transfer.start()
        } catch {
            fail(error)
        }
    }

    // MARK: The body

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
        guard bodyBytes <= configuration.maximumRequestBody else {
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
}
