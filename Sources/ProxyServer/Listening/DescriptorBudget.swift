import Configuration

/// How the descriptors that the process may have are shared out, so that none of their uses takes another's.
struct DescriptorBudget: Equatable {
    /// Files, sockets that are listened on, event loops, and what a reload has open twice.
    private static let own = 64
    /// The two of libcurl's wake-up and the resolver's own socket.
    private static let perLookup = 3
    /// Fewer connections to upstreams than this are of no use.
    private static let leastUpstreams = 4
    /// Where nobody says how many: more than clients can use at a time only keep memory.
    private static let usefulUpstreams = 1_000

    /// Connections of clients.
    let clients: Int
    /// Connections to upstreams, in use and unused.
    let upstreams: Int
    /// Connections of the admin listener.
    let admin: Int
    /// Look-ups of names that clients choose, in each shard.
    let lookups: Int
    /// All uses together.
    let total: Int

    /// Shares descriptors out: clients get what the settings ask for, but at most half; upstreams what is left.
    ///
    /// - Parameter limit: How many descriptors there may be.
    init(of limit: Int, shards: Int, _ settings: LimitsSettings) {
        clients = min(settings.connections, max(1, (limit - Self.own) / 2))
        admin = min(256, max(4, limit / 32))
        lookups = min(256, max(4, limit / 8 / Self.perLookup / shards))
        let turnedAway = min(ConnectionLimiter.maximumTurnedAway, limit / 32)
        let others = Self.own + clients + admin + turnedAway + lookups * shards * Self.perLookup
        let left = max(Self.leastUpstreams, limit - others)
        let wanted =
            settings.upstreamConnections > 0
            ? settings.upstreamConnections : max(clients, Self.usefulUpstreams)
        upstreams = min(wanted, left)
        total = min(others + upstreams, limit)
    }

    /// What was asked for and cannot be had, in sentences.
    func warnings(_ settings: LimitsSettings) -> [String] {
        // The default is as many as there can be; only a number that somebody wrote is worth a warning.
        let clients =
            settings.connections == LimitsSettings().connections
            ? nil : lowered("connections", from: settings.connections, to: clients)
        return [clients, lowered("upstreamConnections", from: settings.upstreamConnections, to: upstreams)]
            .compactMap { $0 }
    }

    private func lowered(_ key: String, from wanted: Int, to number: Int) -> String? {
        guard wanted > number else { return nil }
        return "limits.\(key) is lowered from \(wanted) to \(number): raise the limit of open files."
    }
}
