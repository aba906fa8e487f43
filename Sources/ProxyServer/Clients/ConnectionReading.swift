import HTTPSyntax
import ProxyCore
import Sockets

/// From the bytes that the client sends to heads and bodies.
extension Connection {
    /// Reads once into a buffer; `nil` where there is nothing now.
    private func receive(into buffer: inout [UInt8]) -> Int? {
        guard inputState.mayRead, !inputEnded else { return nil }
        switch stream.receive(into: &buffer) {
        case .bytes(let count):
            if count < buffer.count, !stream.mayHaveMore { inputState.noteShortRead() }
            return count
        case .wouldBlock:
            inputState.noteNothing()
            return nil
        case .endOfStream, .failed:
            inputState.noteNothing()
            inputEnded = true
            return nil
        }
    }

    func shakeHands(_ secured: TLSStream) -> Bool {
        guard inputState.mayRead else { return false }
        switch secured.handshake() {
        case .done:
            phase = .awaitingHead
            if let token { context.loop.setHeavy(false, for: token) }
            if configuration !== context.configuration { renew() }
            return true
        case .waiting:
            inputState.noteNothing()
        case .plainHTTP:
            stream = secured.withoutTLS()
            refuse(.tlsRequired(at: listener.authority))
        case .failed(let reason):
            context.logger.debug("A TLS handshake of \(clientAddress) failed: \(reason)")
            close()
        }
        return false
    }

    func readHead() -> Bool {
        if configuration !== context.configuration, input.isEmpty { renew() }
        if !input.isEmpty, parseInput() { return true }
        var buffer = context.buffers.takeForReading()
        defer { context.buffers.giveBack(read: buffer) }
        guard let count = receive(into: &buffer) else {
            if inputEnded { closeOnceFlushed() }
            return false
        }
        if input.isEmpty {
            progress.noteRead(at: context.loop.now)
            parse(buffer, upTo: count)
        } else {
            input.append(buffer[..<count])
            _ = parseInput()
        }
        return true
    }

    /// Looks for a head in what was just read; what it does not use becomes `input`.
    private func parse(_ buffer: [UInt8], upTo count: Int) {
        do throws(SyntaxError) {
            guard let (head, consumed) = try parser.parse(buffer.span.extracting(0..<count)) else {
                return keep(buffer[..<count])
            }
            keep(buffer[consumed..<count])
            begin(head)
        } catch {
            refuse(ProxyError(error))
        }
    }

    /// Looks for a head in `input`.
    ///
    /// - Returns: Whether there was one, or something that can never become one.
    private func parseInput() -> Bool {
        do throws(SyntaxError) {
            guard let (head, consumed) = try parser.parse(input.waiting.span) else { return false }
            input.drop(consumed)
            begin(head)
        } catch {
            refuse(ProxyError(error))
        }
        return true
    }

    func keep(_ bytes: ArraySlice<UInt8>) {
        switch phase {
        case .awaitingHead, .exchanging: input.append(bytes)
        case .handshaking, .closing, .lingering, .closed: break
        }
    }

    /// The exchange wants body bytes again, for which the client has the whole time anew.
    func resumeBody() {
        progress.noteRead(at: context.loop.now)
        drive()
    }

    /// Moves body bytes to the exchange as long as it wants them.
    func pumpBody(_ exchange: ProxiedExchange) -> Bool {
        if !input.isEmpty {
            // Taken out first: the exchange may end meanwhile, and what it used must not be read again.
            let bytes = input.take()
            let used = exchange.receiveBody(bytes)
            keep(bytes.dropFirst(used))
            return used > 0
        }
        var buffer = context.buffers.takeForReading()
        defer { context.buffers.giveBack(read: buffer) }
        guard let count = receive(into: &buffer) else {
            if inputEnded {
                exchange.bodyCutOff()
                return true
            }
            return false
        }
        progress.noteRead(at: context.loop.now)
        let used = exchange.receiveBody(buffer[..<count])
        keep(buffer[used..<count])
        return true
    }

    func discardInput() -> Bool {
        var buffer = context.buffers.takeForReading()
        defer { context.buffers.giveBack(read: buffer) }
        guard receive(into: &buffer) != nil else {
            if inputEnded { close() }
            return false
        }
        return true
    }
}
