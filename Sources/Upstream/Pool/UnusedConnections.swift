import Sockets

/// The connections of a pool that nobody uses, the one that has been unused for longest first.
///
/// Tells the other pools since when the oldest one rests, so that it goes first in all shards.
struct UnusedConnections {
    private var line = LinkedSlots<UpstreamConnection>()
    private let membership: ConnectionAllowance.Member

    init(of membership: ConnectionAllowance.Member) {
        self.membership = membership
    }

    var isEmpty: Bool { line.isEmpty }
    var count: Int { line.count }

    /// The connection that has been unused for longest.
    var oldest: UpstreamConnection? { line.first }

    /// Adds a connection.
    ///
    /// - Returns: Its place, by which it is taken out.
    mutating func add(_ connection: UpstreamConnection, from now: MonotonicTime) -> Int32 {
        let place = line.append(connection)
        if line.count == 1 { membership.oldestIdle = now }
        return place
    }

    /// Takes out the connection that has a place.
    mutating func remove(at place: Int32) {
        let wasOldest = line.firstPlace == place
        line.remove(at: place)
        if wasOldest { membership.oldestIdle = line.first?.restsSince ?? .distantFuture }
    }

    /// Those of which something is true, the oldest first.
    func all(where isWanted: (UpstreamConnection) -> Bool) -> [UpstreamConnection] {
        var wanted: [UpstreamConnection] = []
        line.forEach { if isWanted($0) { wanted.append($0) } }
        return wanted
    }
}
