/// What one shard has to one origin: how many connections, which of them are unused, and who waits for one.
///
/// Its connections know where they belong, without a look-up.
final class HostConnections {
    /// Most recently used last: the oldest ones get to time out.
    private var unused = LinkedSlots<UpstreamConnection>()
    /// In use, unused or being made.
    private var connectionCount = 0
    /// Requests that get no place yet, in their order.
    private var waiting = LinkedSlots<ConnectionTicket>()

    /// Whether nothing is left of it.
    var isEmpty: Bool { connectionCount <= 0 && unused.isEmpty && waiting.isEmpty }

    // MARK: Connections

    /// Whether one more connection may be made.
    func mayGrow(_ request: ConnectionRequest) -> Bool {
        let maximum = request.profile.maximumConnectionsPerHost
        return maximum == 0 || request.isForTunnel || connectionCount < maximum
    }

    /// Counts a connection that is made from now on.
    func countIn() {
        connectionCount += 1
    }

    /// Counts one that is no more.
    func countOut() {
        connectionCount -= 1
    }

    /// The unused connection that was used last.
    var lastUnused: UpstreamConnection? { unused.last }

    /// Keeps a connection that nobody uses.
    ///
    /// - Returns: Its place, by which it is taken out.
    func keep(_ connection: UpstreamConnection) -> Int32 {
        unused.append(connection)
    }

    /// Takes a connection out of the unused ones.
    func release(at place: Int32) {
        unused.remove(at: place)
    }

    // MARK: Requests

    /// Whether some request waits for a connection.
    var isWaitedFor: Bool { !waiting.isEmpty }

    /// The request that has waited for longest.
    var firstWaiting: ConnectionTicket? { waiting.first }

    /// Lets a request wait.
    ///
    /// - Returns: Its place, by which it is taken out.
    func enqueue(_ ticket: ConnectionTicket) -> Int32 {
        waiting.append(ticket)
    }

    /// Takes out a request that waits no more.
    func dequeue(at place: Int32) {
        waiting.remove(at: place)
    }
}
