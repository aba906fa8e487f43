import HTTPSyntax
import ProxyCore
import Sockets

/// Who is at the other end of a connection, and where it was accepted: what its requests have in common.
final class ClientEndpoint {
    let peer: Peer
    /// The peer's address as text, for the upstream and the log.
    let address: String
    /// Where it was accepted.
    let listener: Listener
    /// Whether it is served, or only told that there are too many.
    let verdict: ConnectionLimiter.Verdict

    init(_ peer: Peer, on listener: Listener, _ verdict: ConnectionLimiter.Verdict) {
        self.peer = peer
        address = "\(peer)"
        self.listener = listener
        self.verdict = verdict
    }

    /// Reads who asks off one of its requests.
    ///
    /// - Parameters:
    ///   - isTrusted: Whether the configuration trusts the peer.
    ///   - id: The request's name.
    ///   - rules: Those by which the request is planned.
    func request(_ head: RequestHead, isTrusted: Bool, id: RequestID, rules: ProxyRules) -> ClientRequest {
        ClientRequest(
            head,
            from: peer.address,
            address,
            on: listener.facts,
            isTrusted: isTrusted,
            id: id,
            rules: rules
        )
    }
}
