/// One request and its response, as a state machine without sockets: events in, actions out.
///
/// Two sides move on their own: what the client still sends, and what it has been sent. Their product decides
/// what a failure means (an answer, or a cut), and whether the connection can serve another request.
public struct Exchange: Sendable {
    /// How much of the request has been read.
    private enum RequestSide {
        /// Body bytes are to come. → complete
        case receiving
        /// Read to its end. (final)
        case complete
    }

    /// How much of the response has been written.
    private enum ResponseSide {
        /// Nothing, while the limits are asked whether the request may go on. → awaited, streaming, ended
        case admitting
        /// Nothing; an own error can still take its place. → admitting, streaming, tunnelling, complete, ended
        case awaited
        /// The head, and maybe some of the body. → complete, ended
        case streaming
        /// The head of a 101: what goes over the connection now is a tunnel's. (final)
        case tunnelling
        /// All of it. (final)
        case complete
        /// Cut off, or nobody is there to read it. (final)
        case ended
    }

    /// What happens to an exchange.
    public enum Event: Sendable {
        /// The last byte of the request's body has been read.
        case requestEnded
        /// Whether the request may go on is told later.
        case admissionAwaited
        /// The limits have answered.
        case admitted
        /// The head of the final response is being written.
        case responseBegan
        /// The head of a 101 is being written.
        case tunnelBegan
        /// The last byte of the response has been handed to the socket.
        case responseEnded
        /// The request cannot be answered as it should: by the upstream's fault, a deadline, a bad body.
        case failed
        /// The client has gone.
        case clientLost
    }

    /// What is to be done about an event.
    public enum Action: Sendable, Equatable {
        /// Go on.
        case proceed
        /// Write an error of our own: nothing has been sent yet.
        case answer
        /// End the connection so that nobody can take what was sent for a whole response.
        case cut
        /// Nobody is left to be answered: stop the upstream and close.
        case abandon
        /// The response is complete; serve the next request on the connection.
        case serveNext
        /// The response is complete; close once the client has it.
        case close
        /// The exchange is over already; there is nothing to do.
        case ignore
    }

    private var requestSide: RequestSide
    private var responseSide = ResponseSide.awaited
    private var persists: Bool

    /// Begins with a request whose head has been read.
    ///
    /// - Parameters:
    ///   - hasBody: Whether body bytes follow.
    ///   - keepsAlive: Whether the client wants the connection to persist (RFC 9112 §9.3).
    public init(hasBody: Bool, keepsAlive: Bool) {
        requestSide = hasBody ? .receiving : .complete
        persists = keepsAlive
    }

    /// Whether the response may say that the connection persists.
    ///
    /// Not while body bytes of the request are to come: the response was early, and they will not be read.
    public var persistsAfterResponse: Bool {
        persists && requestSide == .complete
    }

    /// Whether no byte of the response has been written.
    public var isUnanswered: Bool { responseSide == .awaited || responseSide == .admitting }

    /// Whether body bytes of the request are to come.
    public var isReceiving: Bool { requestSide == .receiving }

    /// Makes the connection close after this exchange: the program stops, or the client said so.
    public mutating func closeAfterResponse() {
        persists = false
    }

    /// Takes an event and says what to do.
    public mutating func handle(_ event: Event) -> Action {
        switch responseSide {
        case .complete, .ended, .tunnelling:
            if case .requestEnded = event { requestSide = .complete }
            return .ignore
        case .admitting, .awaited, .streaming:
            break
        }
        switch event {
        case .admissionAwaited:
            guard case .awaited = responseSide else { return .ignore }
            responseSide = .admitting
            return .proceed
        case .admitted:
            guard case .admitting = responseSide else { return .ignore }
            responseSide = .awaited
            return .proceed
        case .requestEnded:
            requestSide = .complete
            return .proceed
        case .responseBegan:
            persists = persistsAfterResponse
            responseSide = .streaming
            return .proceed
        case .tunnelBegan:
            guard case .awaited = responseSide else { return .ignore }
            persists = false
            responseSide = .tunnelling
            return .proceed
        case .responseEnded:
            responseSide = .complete
            return persistsAfterResponse ? .serveNext : .close
        case .failed:
            guard isUnanswered else {
                responseSide = .ended
                return .cut
            }
            responseSide = .awaited
            return .answer
        case .clientLost:
            responseSide = .ended
            return .abandon
        }
    }
}
