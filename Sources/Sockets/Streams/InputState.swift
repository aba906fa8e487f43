/// What is known of an edge-triggered socket's input: each change is reported once, so it has to be remembered.
public struct InputState: Sendable {
    /// Whether a read may give something: bytes, or the end of the stream.
    public private(set) var mayRead = true
    /// Whether the peer has closed its sending side, or the connection is broken; bytes may still be waiting.
    public private(set) var peerHasClosed = false

    /// Makes the state of a socket that nothing is known of.
    public init() {}

    /// Takes in what the poller reports.
    public mutating func note(_ readiness: Readiness) {
        if !readiness.isDisjoint(with: [.peerClosed, .hangUp]) {
            peerHasClosed = true
            mayRead = true
        }
        if readiness.contains(.readable) {
            mayRead = true
        }
    }

    /// Takes in that a read gave less than it had room for.
    ///
    /// Then nothing is left, and what comes next will be reported; but the end of the stream was reported already.
    public mutating func noteShortRead() {
        if !peerHasClosed { mayRead = false }
    }

    /// Takes in that a read found nothing, the end or an error.
    public mutating func noteNothing() {
        mayRead = false
    }

    /// Has the next `read` tried in any case.
    public mutating func tryAgain() {
        mayRead = true
    }
}
