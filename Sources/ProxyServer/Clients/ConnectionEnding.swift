import Sockets

/// The ways in which a connection ends.
extension Connection {
    func linger() {
        guard stream.finish() else { return updateDeadline() }
        socket.shutdownWriting()
        phase = .lingering
        input.removeAll()
        progress.noteShutDown(at: context.loop.now)
        if inputEnded { close() } else { drive() }
    }

    /// The client cannot be reached any more.
    func lose() {
        if case .exchanging(let exchange) = phase { exchange.downstreamLost() } else { close() }
    }

    /// Ends the connection so that what was sent cannot be taken for a whole response.
    ///
    /// - Parameter isDelimited: Whether the end of the body shows by itself: then the missing rest is noticed,
    ///   and what was read so far still goes out. Otherwise only a reset says that something is missing.
    func cut(isDelimited: Bool) {
        stream.forgoFinish()
        if isDelimited {
            phase = .closing
            flush()
        } else {
            socket.resetOnClose()
            close()
        }
    }

    /// Serves nothing more, and closes when the client has taken what was written.
    func closeOnceFlushed() {
        guard !output.isEmpty else { return close() }
        phase = .closing
        updateDeadline()
    }

    /// Closes at once.
    func close() {
        if case .closed = phase { return }
        // An idle connection ends in order; one that is broken off must not look so.
        if case .awaitingHead = phase, output.isEmpty { _ = stream.finish() }
        phase = .closed
        output.release(to: context.buffers)
        if let token { context.loop.deregister(token) }
        token = nil
        descriptor = nil
        input.removeAll()
        context.connectionClosed(self)
    }

    /// The program ends now, whatever is under way.
    func abandon() {
        if case .exchanging(let exchange) = phase { exchange.programEnds() } else { close() }
    }

    /// The program stops: the connection closes after its response, or after a moment without a request.
    func drain() {
        switch phase {
        case .awaitingHead, .handshaking:
            if input.isEmpty { progress.noteRead(at: context.loop.now) }
            updateDeadline()
        case .exchanging(let exchange):
            exchange.closeAfterResponse()
        case .closing, .lingering, .closed: break
        }
    }
}
