import IPAddresses
import Sockets

/// Waits for a connection; cancelled when the request is given up.
public final class ConnectionTicket {
    let request: ConnectionRequest
    let isFresh: Bool
    /// On whose behalf: nobody gets more than a fair share of the look-ups.
    let client: ClientNetwork
    var completion: ((Result<UpstreamConnection, ConnectFailure>) -> Void)?
    var dial: Dial?
    /// While it waits.
    var wait: Wait?

    /// Where a request waits for a connection, and until when.
    struct Wait {
        /// Its place among those that wait for the same host.
        let hostPlace: Int32
        /// Its place among those for which no connection may be made at all.
        var poolPlace: Int32?
        let deadline: EventToken
    }

    init(
        _ request: ConnectionRequest,
        isFresh: Bool,
        for client: ClientNetwork,
        _ completion: @escaping (Result<UpstreamConnection, ConnectFailure>) -> Void
    ) {
        self.request = request
        self.isFresh = isFresh
        self.client = client
        self.completion = completion
    }

    func complete(_ result: Result<UpstreamConnection, ConnectFailure>) {
        let completion = completion
        self.completion = nil
        completion?(result)
    }
}

/// Ends the wait of a request that gets no place among the connections.
final class WaitDeadline: EventHandler {
    private let pass: () -> Void

    init(_ pass: @escaping () -> Void) {
        self.pass = pass
    }

    func ready(for readiness: Readiness) {}

    func deadlinePassed() {
        pass()
    }
}
