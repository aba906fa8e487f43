/// What has a descriptor or a deadline in an event loop.
public protocol EventHandler: AnyObject {
    /// The descriptor has become ready.
    func ready(for readiness: Readiness)
    /// The deadline that was set has passed; it is set no more.
    func deadlinePassed()
}

/// Names one handler's place in an event loop; a place that has been given up is never mistaken for its
/// next holder.
public struct EventToken: Sendable, Hashable {
    let slot: UInt32
    let generation: UInt32

    var key: UInt64 {
        UInt64(generation) << 32 | UInt64(slot)
    }
}

/// Waits on many descriptors and deadlines at once, and calls their handlers, all on one queue.
///
/// Its epoll descriptor is watched by one dispatch source, which calls `run`. That lingers in `epoll_wait` for
/// a moment before it goes back to dispatch: a source for each socket would cost two context switches a request.
public final class EventLoop {
    private static let lingerMilliseconds: Int32 = 2
    /// After so many rounds dispatch gets its turn, for the other work of the queue.
    private static let maximumRounds = 512
    /// More connections than a round holds are ready at once; not without end, as new events keep coming.
    private static let maximumCatchUpRounds = 512
    /// So many deadlines are handled in one round.
    private static let maximumExpired = 64
    /// So long, in nanoseconds, a round may be until what is unfinished or heavy waits for the next one.
    private static let unfinishedBudget: UInt64 = 400_000
    /// Of so many entries per slot at least half are of nobody: then these are removed, in constant time for each.
    private static let maximumDeadlinesPerSlot = 2
    private static let spareDeadlines = 64

    private let poller: Poller
    private var slots = EventSlots()
    private var deadlines = DeadlineQueue()
    private var makesWay = false
    /// Handlers that have stopped in the midst of their work, or whose events are heavy.
    private var unfinished: [EventToken] = []
    private var watch = RoundWatch()

    /// The time at which the current round began; read once per round.
    public private(set) var now = MonotonicTime.now()
    /// Called after each round of events, before the loop waits again.
    public var afterRound: (() -> Void)?

    /// Makes an empty loop.
    public init() throws(SystemError) {
        poller = try Poller()
    }

    /// The epoll descriptor's number, itself readable when there are events.
    public var number: Int32 { poller.descriptor.number }

    /// When `run` wants to be called again, even without an event.
    public var nextDeadline: MonotonicTime { unfinished.isEmpty ? deadlines.earliest : now }

    /// How often the loop was held up.
    public var figures: LoopFigures { watch.figures }

    /// How many deadlines are scheduled, those included that nobody waits for any more.
    var scheduledCount: Int { deadlines.count }

    /// How many handlers are registered.
    public var handlerCount: Int { slots.heldCount }

    // MARK: Registration

    /// Gives a handler a place; `watch` adds a descriptor to it and `setDeadline` a deadline.
    public func register(_ handler: any EventHandler) -> EventToken {
        slots.reserve(for: handler)
    }

    /// Takes a place whose handler is set later: for objects that keep their token from the start.
    public func reserve() -> EventToken {
        slots.reserve(for: nil)
    }

    /// Hands a place, with its descriptor, to another handler; a deadline that was set is taken back.
    public func setHandler(_ handler: any EventHandler, for token: EventToken) {
        slots.setHandler(handler, for: token)
    }

    /// The handler in a place, `nil` once it has been given up.
    public func handler(of token: EventToken) -> (any EventHandler)? {
        slots.handler(of: token)
    }

    /// Watches a descriptor for a registered handler.
    public func watch(_ number: Int32, _ trigger: Trigger, for token: EventToken) throws(SystemError) {
        try poller.add(number, trigger, key: token.key)
    }

    /// Replaces what a watched descriptor is watched for.
    public func rewatch(_ number: Int32, _ trigger: Trigger, for token: EventToken) throws(SystemError) {
        try poller.modify(number, trigger, key: token.key)
    }

    /// Watches a descriptor no longer, without giving up the place.
    public func unwatch(_ number: Int32) {
        poller.remove(number)
    }

    /// Lets go of a handler; events that are under way for it are dropped.
    public func deregister(_ token: EventToken) {
        slots.release(token)
    }

    /// Sets when `deadlinePassed` is to be called; the distant future takes it back.
    public func setDeadline(_ time: MonotonicTime, for token: EventToken) {
        guard slots.setDeadline(time, for: token) else { return }
        deadlines.insert(ScheduledDeadline(time: time, slot: token.slot, generation: token.generation))
        removeStaleDeadlines()
    }

    /// Keeps connections that come and go from leaving their deadlines behind until these have passed.
    private func removeStaleDeadlines() {
        guard deadlines.count > Self.maximumDeadlinesPerSlot * slots.count + Self.spareDeadlines else {
            return
        }
        deadlines.removeAll { !slots.isScheduled($0) }
    }

    /// Has `ready` called in the next round, without an event, so that the others get their turn before.
    public func callAgain(_ token: EventToken) {
        if slots.markUnfinished(token) { unfinished.append(token) }
    }

    /// Says whether a handler's events cost much, as a TLS handshake's do: then they are handled behind all others,
    /// a few in each round, and keep nobody waiting who asks for little.
    public func setHeavy(_ isHeavy: Bool, for token: EventToken) {
        slots.setHeavy(isHeavy, for: token)
    }

    // MARK: Running

    /// Handles what is ready, and what becomes ready within a moment.
    public func run() {
        var waiting: Int32 = 0
        watch.noteThread()
        for _ in 0..<Self.maximumRounds {
            let (count, expired) = round(waiting)
            if makesWay || count == 0 && !expired && waiting > 0 && unfinished.isEmpty { break }
            waiting = lingering()
        }
        makesWay = false
    }

    /// Handles what is ready now, and waits for nothing.
    public func runOnce() {
        watch.noteThread()
        for _ in 0..<Self.maximumCatchUpRounds {
            guard round(0).count == Poller.capacity || !unfinished.isEmpty else { return }
        }
    }

    /// Makes `run` return after the round that is under way: other work of the queue waits.
    public func makeWay() {
        makesWay = true
    }

    private func round(_ milliseconds: Int32) -> (count: Int, expired: Bool) {
        let count = poller.wait(milliseconds: milliseconds)
        now = MonotonicTime.now()
        watch.begin(at: now)
        // What stops in the midst of its work from here on goes on in the next round.
        var number = unfinished.count
        for index in 0..<count {
            let event = poller.event(at: index)
            let handler = slots.handler(for: event.readiness, key: event.key) {
                unfinished.append($0)
                number = unfinished.count
            }
            handler?.ready(for: event.readiness)
        }
        let expired = expireDeadlines()
        callUnfinished(number)
        afterRound?()
        // Once more, so that what is told of the loop tells of this round too.
        if watch.end(began: now) { afterRound?() }
        return (count, expired)
    }

    /// Calls the first of those that wait for it: at least one, and no more than leave the round short.
    private func callUnfinished(_ number: Int) {
        guard number > 0 else { return }
        var handled = 0
        while handled < number {
            let token = unfinished[handled]
            handled += 1
            guard let (handler, readiness) = slots.takeUnfinished(token) else { continue }
            handler.ready(for: readiness)
            if MonotonicTime.now().nanoseconds(since: now) > Self.unfinishedBudget { break }
        }
        unfinished.removeFirst(handled)
    }

    private func lingering() -> Int32 {
        guard unfinished.isEmpty else { return 0 }
        let untilDeadline = deadlines.earliest.nanoseconds(since: now)
        // What was put off to the next round is due at once.
        guard untilDeadline > 1_000 else { return 0 }
        return max(1, min(Self.lingerMilliseconds, Int32(clamping: untilDeadline / 1_000_000)))
    }

    private func expireDeadlines() -> Bool {
        var expired = 0
        while expired < Self.maximumExpired, let entry = deadlines.popExpired(at: now) {
            switch slots.expire(entry, at: now) {
            case .stale: break
            case .passed(let handler):
                expired += 1
                handler.deadlinePassed()
            case .moved(let time):
                deadlines.insert(
                    ScheduledDeadline(time: time, slot: entry.slot, generation: entry.generation)
                )
            }
        }
        return expired > 0
    }
}
