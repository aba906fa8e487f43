/// What one shard has to one origin: its connections know where they belong, without a look-up.
final class HostConnections {
    /// Most recently used last: the oldest ones get to time out.
    var idle: [UpstreamConnection] = []
    /// In use, unused or being made.
    var connectionCount = 0
    var waiting: [ConnectionTicket] = []
}
