/// How often an event loop was held up by one round, and for how long.
public struct LoopFigures: Sendable, Hashable {
    /// What counts as long, in nanoseconds, shortest first.
    public static let bounds: [UInt64] = [1_000_000, 10_000_000, 100_000_000]

    /// Rounds that took longer than a bound by the loop's own doing, by the bound.
    public private(set) var slow = [0, 0, 0]
    /// Rounds over the first bound only because the processor was somebody else's.
    public private(set) var delayed = 0
    /// The longest round by the loop's own doing, in nanoseconds.
    public private(set) var longest: UInt64 = 0

    /// Makes the figures of a loop that has not run.
    public init() {}

    mutating func note(held: UInt64) {
        longest = max(longest, held)
        guard held > Self.bounds[0] else {
            delayed += 1
            return
        }
        for (index, bound) in Self.bounds.enumerated() where held > bound { slow[index] += 1 }
    }

    /// Adds those of another loop.
    public mutating func add(_ other: LoopFigures) {
        for index in slow.indices { slow[index] += other.slow[index] }
        delayed += other.delayed
        longest = max(longest, other.longest)
    }
}

/// Finds the rounds of an event loop that keep all others waiting.
///
/// What counts is the time by the clock, less the time for which the thread could have run and got no processor:
/// that is the machine's doing. The thread's own processor time would not do: a loop that waits for a disk or a
/// lock holds everybody up and uses none. The kernel's account of the waiting is read at most once a millisecond,
/// and where a round was long.
struct RoundWatch {
    /// How old the account may be at the start of a round.
    private static let refreshNanoseconds: UInt64 = 1_000_000

    private(set) var figures = LoopFigures()
    private var thread: ThreadIdentity?
    private var accountTime = MonotonicTime(nanoseconds: 0)
    /// Nil where the kernel keeps no account.
    private var account: UInt64?

    /// A round begins.
    mutating func begin(at now: MonotonicTime) {
        guard now.nanoseconds(since: accountTime) >= Self.refreshNanoseconds else { return }
        setAccount(RunDelay.ofThisThread(), at: now)
    }

    /// The loop is run by a thread that may be another one than before, with an account of its own.
    mutating func noteThread() {
        let current = ThreadIdentity.current
        guard current != thread else { return }
        thread = current
        accountTime = MonotonicTime(nanoseconds: 0)
    }

    /// A round has ended.
    ///
    /// - Returns: Whether it took long, and the figures have changed.
    mutating func end(began: MonotonicTime) -> Bool {
        let end = MonotonicTime.now()
        let wall = end.nanoseconds(since: began)
        guard wall > LoopFigures.bounds[0] else { return false }
        note(wall: wall, account: RunDelay.ofThisThread(), at: end)
        return true
    }

    mutating func setAccount(_ nanoseconds: UInt64?, at now: MonotonicTime) {
        account = nanoseconds
        accountTime = now
    }

    /// - Parameters:
    ///   - wall: How long the round took by the clock, in nanoseconds.
    ///   - latest: The kernel's account at its end.
    mutating func note(wall: UInt64, account latest: UInt64?, at now: MonotonicTime) {
        // What the thread waited for just before the round is taken off too: better one round is missed than one
        // counted that was not held.
        let waited = latest.flatMap { latest in account.map { latest > $0 ? latest - $0 : 0 } } ?? 0
        figures.note(held: wall > waited ? wall - waited : 0)
        setAccount(latest, at: now)
    }
}
