import Sockets

/// How long the client may take, in each phase.
extension Connection {
    func deadlinePassed() {
        let now = context.loop.now
        if !output.isEmpty || isClosing, progress.write <= now { return lose() }
        switch phase {
        case .handshaking where handshakeDeadline <= now:
            close()
        case .awaitingHead where headDeadline <= now:
            if input.isEmpty { close() } else { refuse(.requestTimeout) }
        case .exchanging(let exchange) where bodyDeadline(exchange) <= now:
            exchange.bodyTimedOut()
        case .exchanging(let exchange) where halfClosedDeadline(exchange) <= now:
            if exchange.mayProbe { probe() } else { lose() }
        case .lingering where progress.linger <= now:
            close()
        case .handshaking, .awaitingHead, .exchanging, .closing, .lingering, .closed:
            updateDeadline()
        }
    }

    var isClosing: Bool {
        if case .closing = phase { true } else { false }
    }

    /// Health can still be asked for while the program stops.
    private var isDraining: Bool { context.isDraining && listener.role == .proxy }

    private var handshakeDeadline: MonotonicTime {
        isDraining ? min(progress.head, progress.idle(whileDraining: context.drainGrace)) : progress.head
    }

    private var headDeadline: MonotonicTime {
        // The client is still busy with the last response: it has until writeTimeout.
        guard output.isEmpty else { return .distantFuture }
        if isDraining, input.isEmpty { return progress.idle(whileDraining: context.drainGrace) }
        return input.isEmpty && hasServed ? progress.idle : progress.head
    }

    private func bodyDeadline(_ exchange: ProxiedExchange) -> MonotonicTime {
        exchange.wantsBody ? progress.body : .distantFuture
    }

    private func halfClosedDeadline(_ exchange: ProxiedExchange) -> MonotonicTime {
        let hasClosed = inputEnded || inputState.peerHasClosed
        return hasClosed && (!isProbed || exchange.mayProbe) ? progress.halfClosed : .distantFuture
    }

    /// Finds out whether a client that has closed its sending side still listens: one that is gone answers an
    /// interim response, which means nothing (RFC 9110 §15.2), with a reset.
    private func probe() {
        isProbed = true
        write { $0.append(contentsOf: "HTTP/1.1 102 Processing\r\n\r\n".utf8) }
        flush()
        updateDeadline()
    }

    func updateDeadline() {
        guard let token else { return }
        let deadline: MonotonicTime =
            switch phase {
            case .handshaking: handshakeDeadline
            case .awaitingHead: headDeadline
            case .exchanging(let exchange): min(bodyDeadline(exchange), halfClosedDeadline(exchange))
            case .lingering: progress.linger
            // Even when all is written, room for the end of TLS may be missing.
            case .closing: progress.write
            case .closed: .distantFuture
            }
        context.loop.setDeadline(output.isEmpty ? deadline : min(deadline, progress.write), for: token)
    }
}
