import Sockets

/// The bytes that the client is sent.
extension Connection {
    /// Appends to what is sent next; `flush` sends it.
    func write(_ body: (inout [UInt8]) -> Void) {
        if output.isEmpty { progress.noteWritten(at: context.loop.now) }
        output.append(from: context.buffers, body)
    }

    /// Sends what waits, as far as there is room.
    ///
    /// - Returns: Whether the source of response bytes is to wait.
    @discardableResult
    func flush() -> Bool {
        send()
        return output.isFull
    }

    private func send() {
        guard !output.isEmpty else { return settleOutput() }
        switch output.send(returningTo: context.buffers, { stream.send($0, $1) }) {
        case .drained:
            progress.noteWritten(at: context.loop.now)
            settleOutput()
        case .blocked(let sent):
            if sent > 0 { progress.noteWritten(at: context.loop.now) }
            updateDeadline()
        case .failed:
            lose()
        }
    }

    /// Everything is with the kernel.
    private func settleOutput() {
        switch phase {
        case .exchanging(let exchange): exchange.downstreamDrained()
        case .closing: linger()
        case .awaitingHead: progress.noteRead(at: context.loop.now)
        case .handshaking, .lingering, .closed: break
        }
    }
}
