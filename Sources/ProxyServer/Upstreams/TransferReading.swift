import HTTPSyntax
import HTTPTypes
import ProxyCore
import Sockets
import Upstream

/// The response, from bytes to head and body, and what is left of its connection.
extension Transfer {
    /// So many reads a turn: an upstream that sends as fast as the client reads must not keep the loop.
    private static let maximumReads = 2

    /// Stops reading: the client has enough to read.
    func pause() {
        guard !isPaused, let connection else { return }
        isPaused = true
        updateDeadline(connection)
    }

    /// Reads on.
    func resume() {
        guard isPaused, let connection else { return }
        isPaused = false
        progress = context.loop.now
        updateDeadline(connection)
        read()
    }

    func read() {
        guard !isReading else { return }
        isReading = true
        var reads = 0
        while let connection, inputState.mayRead, !isPaused {
            guard reads < Self.maximumReads else {
                connection.callAgain()
                break
            }
            guard readOnce(connection) else { break }
            reads += 1
        }
        isReading = false
        if let connection { updateDeadline(connection) }
    }

    private func readOnce(_ connection: UpstreamConnection) -> Bool {
        var buffer = context.buffers.takeForReading()
        defer { context.buffers.giveBack(read: buffer) }
        switch connection.receive(into: &buffer) {
        case .bytes(let count):
            if count < buffer.count, !connection.mayHaveMore { inputState.noteShortRead() }
            if case .readingBody = phase { progress = context.loop.now }
            hasReceived = true
            take(buffer, count)
            return true
        case .wouldBlock:
            inputState.noteNothing()
            return false
        case .endOfStream:
            endOfStream(isClean: true)
            return false
        case .failed:
            endOfStream(isClean: false)
            return false
        }
    }

    func take(_ buffer: [UInt8], _ count: Int) {
        var offset = 0
        do throws(SyntaxError) {
            while let connection {
                switch try response.next(in: buffer.span.extracting(0..<count), from: &offset) {
                case .head(let head, let framing):
                    if framing == .chunked,
                        let fault = response.faultAhead(in: buffer.span.extracting(0..<count), from: offset)
                    {
                        return fail(.invalidResponse(request.target, fault))
                    }
                    takeHead(head, framing, connection)
                case .interim(let status): exchange.transferReceivedInterim(status)
                case .data(let range): exchange.transferReceivedBody(buffer[range])
                case .needsMore:
                    if !response.awaitsHead { exchange.passBody() }
                    return
                case .end: return complete(connection, isDrained: offset == count)
                }
            }
        } catch {
            let fault = response.fault(error, in: buffer.span.extracting(0..<count), at: offset)
            fail(.invalidResponse(request.target, fault))
        }
    }

    private func takeHead(
        _ head: consuming ResponseHead,
        _ framing: BodyFraming,
        _ connection: UpstreamConnection
    ) {
        phase = .readingBody(connection)
        progress = context.loop.now
        keepsAlive = head.keepsAlive && framing != .untilClose
        if head.fields.isEventStream { expectSilence() }
        exchange.transferReceivedHead(head, framing.length)
    }

    /// Gives the connection back where nothing is left on it that the next request could take for its own.
    private func complete(_ connection: UpstreamConnection, isDrained: Bool) {
        phase = .ended
        // The end that came along with the response was reported then, and would not be once more.
        let isReusable =
            keepsAlive && isDrained && isRequestComplete && output.isEmpty && !inputState.peerHasClosed
        output.release(to: context.buffers)
        if isReusable {
            context.pool.giveBack(connection)
        } else {
            context.pool.discard(connection)
        }
        exchange.sourceEnded()
    }

    private func endOfStream(isClean: Bool) {
        switch phase {
        case .readingBody(let connection) where isClean && response.endsWithConnection:
            complete(connection, isDrained: true)
        case .awaitingHead(let connection) where mayRepeat(connection):
            phase = .ended
            context.pool.discard(connection)
            output.release(to: context.buffers)
            isRequestComplete = true
            connect(fresh: true)
        case .awaitingHead(let connection):
            if let failure = connection.tlsFailure {
                return fail(ProxyError(.tls(failure), target: request.target))
            }
            fail(.upstreamClosed(request.target))
        case .readingBody:
            fail(.upstreamClosed(request.target))
        case .connecting, .ended:
            break
        }
    }

    /// RFC 9110 §9.2.2: only idempotent methods may be repeated by a proxy.
    private func mayRepeat(_ connection: UpstreamConnection) -> Bool {
        connection.isReused && !hasReceived && !hasSentBody && request.framing == .none
            && request.method.isIdempotent
    }
}

extension HTTPRequest.Method {
    fileprivate var isIdempotent: Bool {
        switch self {
        case .get, .head, .options, .put, .delete: true
        default: false
        }
    }
}
