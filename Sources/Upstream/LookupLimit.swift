import Sockets

/// How many names are being looked up, and whether one more look-up may start.
///
/// libcurl looks a name up on a thread. One that is given up goes on unseen until the resolver's own time-outs end
/// it, so that it counts for some time yet: a client that asks for dead names and leaves must not pile up threads.
struct LookupLimit {
    /// Of one name: a dead one must not use up the threads for the others.
    private let maximumPerName: Int
    /// Of all names, in each shard.
    private let maximum: Int
    /// For how long one that was given up counts on, in nanoseconds.
    private let afterlife: UInt64
    private var counts: [String: Int] = [:]
    private var total = 0
    /// In the order of their ends.
    private var abandoned: [(name: String, end: MonotonicTime)] = []

    init(maximumPerName: Int = 8, maximum: Int = 256, afterlife: UInt64 = 20_000_000_000) {
        self.maximumPerName = maximumPerName
        self.maximum = maximum
        self.afterlife = afterlife
    }

    /// When the next one that was given up counts no more.
    var nextEnd: MonotonicTime? { abandoned.first?.end }

    /// Whether a look-up of a name may start.
    func allows(_ name: String) -> Bool {
        total < maximum && counts[name, default: 0] < maximumPerName
    }

    /// A look-up has started.
    mutating func begin(_ name: String) {
        counts[name, default: 0] += 1
        total += 1
    }

    /// A look-up has ended, and its thread with it.
    mutating func end(_ name: String) {
        guard let count = counts[name] else { return }
        counts[name] = count > 1 ? count - 1 : nil
        total -= 1
    }

    /// A look-up was given up; its thread may go on.
    mutating func abandon(_ name: String, at now: MonotonicTime) {
        abandoned.append((name, now.advanced(byNanoseconds: afterlife)))
    }

    /// Forgets those that were given up long ago.
    mutating func expire(at now: MonotonicTime) {
        let ended = abandoned.prefix { $0.end <= now }
        abandoned.removeFirst(ended.count)
        for lookup in ended { end(lookup.name) }
    }
}
