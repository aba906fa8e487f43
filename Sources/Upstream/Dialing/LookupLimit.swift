import Sockets

/// How many names are being looked up, and whether one more look-up may start.
///
/// libcurl looks a name up on a thread. One that is given up goes on unseen until the resolver's own time-outs end
/// it, so that it counts for some time yet: a client that asks for dead names and leaves must not pile up threads.
///
/// A client may hold as many places as it leaves free: one alone gets half of them, a second one half of the
/// rest, and so on. So there is always a place for one who has none, and nobody needs to be known beforehand.
struct LookupLimit {
    /// One look-up that was begun, to be ended or abandoned once.
    struct Lease: Hashable {
        let name: String
        let client: ClientNetwork
        /// Whether it has the place that a name of the configuration has for itself.
        let isOwn: Bool
    }

    /// Of one name: libcurl remembers what one of them found, for all.
    let maximumPerName: Int
    /// Of all names together, in each shard; but for those that have places of their own.
    var maximum: Int
    /// For how long one that was given up counts on, in nanoseconds.
    private let afterlife: UInt64
    /// Names with a place of their own, so that those which clients choose hold nothing up that is configured.
    var configuredNames: Set<String> = []
    private var counts: [String: Int] = [:]
    private var held: [ClientNetwork: Int] = [:]
    private var ownNames: Set<String> = []
    private var total = 0
    /// In the order of their ends.
    private var abandoned: [(lease: Lease, end: MonotonicTime)] = []

    init(maximumPerName: Int = 2, maximum: Int = 256, afterlife: UInt64 = 20_000_000_000) {
        self.maximumPerName = maximumPerName
        self.maximum = maximum
        self.afterlife = afterlife
    }

    /// When the next one that was given up counts no more.
    var nextEnd: MonotonicTime? { abandoned.first?.end }

    /// Whether a client may hold one more of the places that all share.
    func hasShare(_ client: ClientNetwork) -> Bool {
        held[client, default: 0] < maximum - total
    }

    /// Whether fewer look-ups of a name run than may.
    func hasRoom(_ name: String) -> Bool {
        counts[name, default: 0] < maximumPerName
    }

    /// Whether a name is one of the configuration's.
    func isConfigured(_ name: String) -> Bool { configuredNames.contains(name) }

    /// Begins a look-up; nil where it may not start now.
    mutating func begin(_ name: String, for client: ClientNetwork) -> Lease? {
        guard hasRoom(name) else { return nil }
        let isOwn = configuredNames.contains(name) && !ownNames.contains(name)
        guard isOwn || hasShare(client) else { return nil }
        counts[name, default: 0] += 1
        if isOwn {
            ownNames.insert(name)
        } else {
            held[client, default: 0] += 1
            total += 1
        }
        return Lease(name: name, client: client, isOwn: isOwn)
    }

    /// A look-up has ended, and its thread with it.
    mutating func end(_ lease: Lease) {
        Self.decrement(&counts, lease.name)
        if lease.isOwn {
            ownNames.remove(lease.name)
        } else {
            Self.decrement(&held, lease.client)
            total -= 1
        }
    }

    /// A look-up was given up; its thread may go on.
    mutating func abandon(_ lease: Lease, at now: MonotonicTime) {
        abandoned.append((lease, now.advanced(byNanoseconds: afterlife)))
    }

    /// Forgets those that were given up long ago.
    ///
    /// - Returns: Those that count no more.
    mutating func expire(at now: MonotonicTime) -> [Lease] {
        guard let first = abandoned.first, first.end <= now else { return [] }
        let ended = abandoned.prefix { $0.end <= now }.map(\.lease)
        abandoned.removeFirst(ended.count)
        for lease in ended { end(lease) }
        return ended
    }

    private static func decrement<Key>(_ counts: inout [Key: Int], _ key: Key) {
        guard let count = counts[key] else { return }
        counts[key] = count > 1 ? count - 1 : nil
    }
}
