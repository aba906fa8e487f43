/// One hop of a request, from a connection to the end of an upstream's response, as a state machine without sockets:
/// events in, actions out.
///
/// It decides what may be sent a second time, what an end means, and which connections serve another request. A
/// request is repeated only where nobody can have acted on it: RFC 9110 §9.2.2.
public struct HopMachine: Sendable {
    /// How far the hop has come.
    private enum Phase {
        /// Waiting for a connection. → awaiting, ended
        case connecting
        /// Sending, and waiting for the head of the response. → connecting, reading, ended
        case awaiting
        /// Reading the body; the request may still be on its way. → ended
        case reading
        /// Done with, one way or the other. (final)
        case ended
    }

    /// What happens to a hop.
    public enum Event: Sendable, Equatable {
        /// There is a connection.
        case connected
        /// The last byte of the request has been given to the connection.
        case requestEnded
        /// The upstream takes no more of the request; what it has said already can still be read.
        case requestBroken
        /// The head of the final response has come.
        case responseBegan
        /// The upstream has switched to the protocol that the request has asked for.
        case upgraded
        /// The last byte of the response has come; `persists` where the connection could serve another request.
        case responseEnded(persists: Bool)
        /// The connection has failed or ended, there is none, or what came breaks a rule.
        ///
        /// `isRetrySafe` where the connection had served before and nobody has seen anything of this request: no byte
        /// of a response has come, and none of a body was sent.
        case failed(isRetrySafe: Bool)
        /// The upstream has taken too long.
        case deadlinePassed
        /// Nobody wants the response any more.
        case cancelled
    }

    /// What is to be done about an event.
    public enum Action: Sendable, Equatable {
        /// Go on.
        case proceed
        /// Send the request again, over a connection that has never been used.
        case dialFresh
        /// Hand the connection over to a tunnel, which has nothing to do with the hop any more.
        case tunnel
        /// The response is complete, and the connection may serve another request.
        case giveBack
        /// Close the connection: what came over it is complete, or nobody wants it.
        case discard
        /// Wait for a connection no longer.
        case stopDialling
        /// Close the connection, if there is one, and report the failure.
        case fail
        /// The hop is over, or the event means nothing now.
        case ignore
    }

    /// Whose turn it is, and so which time-out counts.
    public enum Wait: Sendable, Equatable {
        /// The upstream's, to take more of the request.
        case sending
        /// The upstream's, to begin its response.
        case response
        /// The upstream's, to send more of its response.
        case body
    }

    private var phase = Phase.connecting
    /// Whether the whole request has been sent.
    public private(set) var isRequestComplete: Bool
    private let isRepeatable: Bool

    /// Begins with a request that waits for a connection.
    ///
    /// - Parameters:
    ///   - hasBody: Whether body bytes are to be sent behind the head.
    ///   - isIdempotent: Whether the method may be repeated (RFC 9110 §9.2.2).
    public init(hasBody: Bool, isIdempotent: Bool) {
        isRequestComplete = !hasBody
        isRepeatable = isIdempotent && !hasBody
    }

    /// Whether the head of the response is waited for.
    public var awaitsResponse: Bool { phase == .awaiting }

    /// What the upstream is waited for; nil where it is the turn of the client, or of nobody.
    ///
    /// - Parameters:
    ///   - isSending: Whether bytes of the request wait for room.
    ///   - isPaused: Whether the client has enough to read.
    public func wait(isSending: Bool, isPaused: Bool) -> Wait? {
        switch phase {
        case .connecting, .ended: nil
        case .awaiting: isSending ? .sending : isRequestComplete ? .response : nil
        case .reading: isSending ? .sending : isPaused ? nil : .body
        }
    }

    /// Takes an event and says what to do.
    public mutating func handle(_ event: Event) -> Action {
        if phase == .ended { return .ignore }
        switch event {
        case .connected: return connected()
        case .requestEnded:
            isRequestComplete = true
            return .proceed
        case .requestBroken:
            isRequestComplete = false
            return .proceed
        case .responseBegan: return responseBegan()
        case .upgraded: return upgraded()
        case .responseEnded(let persists): return responseEnded(persists)
        case .failed(let isRetrySafe): return failed(isRetrySafe)
        case .deadlinePassed:
            return phase == .connecting ? .ignore : end(.fail)
        case .cancelled:
            return end(phase == .connecting ? .stopDialling : .discard)
        }
    }

    private mutating func connected() -> Action {
        guard phase == .connecting else { return .ignore }
        phase = .awaiting
        return .proceed
    }

    private mutating func responseBegan() -> Action {
        guard phase == .awaiting else { return .ignore }
        phase = .reading
        return .proceed
    }

    private mutating func upgraded() -> Action {
        guard phase == .awaiting else { return .ignore }
        // The rest of a request would be taken for bytes of the tunnel.
        return end(isRequestComplete ? .tunnel : .fail)
    }

    private mutating func responseEnded(_ persists: Bool) -> Action {
        guard phase == .reading else { return .ignore }
        // The rest of a request that was answered early would be taken for the next one.
        return end(persists && isRequestComplete ? .giveBack : .discard)
    }

    private mutating func failed(_ isRetrySafe: Bool) -> Action {
        guard phase == .awaiting, isRetrySafe, isRepeatable else { return end(.fail) }
        phase = .connecting
        isRequestComplete = true
        return .dialFresh
    }

    private mutating func end(_ action: Action) -> Action {
        phase = .ended
        return action
    }
}
