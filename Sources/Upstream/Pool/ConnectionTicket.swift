import IPAddresses
import Sockets

/// Waits for a connection; cancelled when the request is given up.
public final class ConnectionTicket {
    let request: ConnectionRequest
    let isFresh: Bool
    /// On whose behalf: nobody gets more than a fair share of the look-ups.
    let client: ClientNetwork
    /// Called once with what came of it; emptied by then.
    private var completion: ((Result<UpstreamConnection, ConnectFailure>) -> Void)?
    /// While a connection is made for it.
    private var dial: Dial?
    /// While it waits.
    private var wait: Wait?

    /// Where a request waits for a connection, and until when.
    struct Wait {
        /// Its place among those that wait for the same host.
        let hostPlace: Int32
        /// Its place among those for which no connection may be made at all.
        fileprivate(set) var poolPlace: Int32?
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

    // MARK: Waiting

    /// Whether it waits, for its host or for a place among all connections.
    var isWaiting: Bool { wait != nil }

    /// Whether it waits for a place among all connections.
    var isWaitingForPlace: Bool { wait?.poolPlace != nil }

    /// It waits in the line of its host.
    func wait(at hostPlace: Int32, until deadline: EventToken) {
        wait = Wait(hostPlace: hostPlace, deadline: deadline)
    }

    /// It waits in the line for a place among all connections, too.
    func waitForPlace(at poolPlace: Int32) {
        wait?.poolPlace = poolPlace
    }

    /// It waits for no place any more.
    ///
    /// - Returns: Where it did; nil where it did not.
    func endWaitForPlace() -> Int32? {
        wait?.poolPlace.take()
    }

    /// It waits no more.
    ///
    /// - Returns: Where it did; nil where it did not.
    func endWait() -> Wait? {
        wait.take()
    }

    // MARK: Dialling

    /// A connection is made for it.
    func begin(_ dial: Dial) {
        self.dial = dial
    }

    /// None is made any more.
    ///
    /// - Returns: The dial that was to make it; nil where there was none.
    @discardableResult func endDial() -> Dial? {
        dial.take()
    }

    // MARK: The end

    /// Tells what came of it, once.
    func complete(_ result: Result<UpstreamConnection, ConnectFailure>) {
        let completion = completion
        self.completion = nil
        completion?(result)
    }

    /// Nobody is told any more.
    func giveUp() {
        completion = nil
    }
}
