import Sockets

/// Who is at the other end of a connection, and where it was accepted: what its requests have in common.
final class ClientEndpoint {
    let peer: Peer
    /// The peer's address as text, for the upstream and the log.
    let address: String
    /// Where it was accepted.
    let listener: Listener
    /// Whether it is served, or only told that there are too many.
    let admission: ConnectionLimiter.Admission

    init(_ peer: Peer, on listener: Listener, _ admission: ConnectionLimiter.Admission) {
        self.peer = peer
        address = "\(peer)"
        self.listener = listener
        self.admission = admission
    }
}
