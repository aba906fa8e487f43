/// What one shard has to one origin: its connections know where they belong, without a look-up.
final class HostConnections {
    /// Most recently used last: the oldest ones get to time out.
    var idle = LinkedSlots<UpstreamConnection>()
    /// In use, unused or being made.
    var connectionCount = 0
    /// Requests that get no place yet, in their order.
    var waiting = LinkedSlots<ConnectionTicket>()

    /// Whether one more connection may be made.
    func mayGrow(_ profile: ConnectionProfile) -> Bool {
        profile.maximumConnectionsPerHost == 0 || connectionCount < profile.maximumConnectionsPerHost
    }

    var isUnused: Bool { connectionCount <= 0 && idle.isEmpty && waiting.isEmpty }
}
