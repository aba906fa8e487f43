import CEpoll
import Glibc

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
    private struct Slot {
        var handler: (any EventHandler)?
        var isHeld = false
        var generation: UInt32 = 0
        var deadline = MonotonicTime.distantFuture
        /// The earliest entry in the queue, so that a deadline that moves to later needs none.
        var scheduled = MonotonicTime.distantFuture
    }

    private static let lingerMilliseconds: Int32 = 2
    /// After so many rounds dispatch gets its turn, for the other work of the queue.
    private static let maximumRounds = 512
    /// More connections than a round holds are ready at once; not without end, as new events keep coming.
    private static let maximumCatchUpRounds = 64
    /// Of so many entries per slot at least half are of nobody: then these are removed, in constant time for each.
    private static let maximumDeadlinesPerSlot = 2
    private static let spareDeadlines = 64

    private let poller: Poller
    private var slots: [Slot] = []
    private var freeSlots: [UInt32] = []
    private var deadlines = DeadlineQueue()
    private var makesWay = false
    /// Handlers that have stopped in the midst of their work.
    private var unfinished: [EventToken] = []

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

    /// How many deadlines are scheduled, those included that nobody waits for any more.
    var scheduledCount: Int { deadlines.count }

    /// How many handlers are registered.
    public var handlerCount: Int { slots.count - freeSlots.count }

    // MARK: Registration

    /// Gives a handler a place; `watch` adds a descriptor to it and `setDeadline` a deadline.
    public func register(_ handler: any EventHandler) -> EventToken {
        let token = reserve()
        slots[Int(token.slot)].handler = handler
        return token
    }

    /// Takes a place whose handler is set later: for objects that keep their token from the start.
    public func reserve() -> EventToken {
        let slot: UInt32
        if let free = freeSlots.popLast() {
            slot = free
        } else {
            slot = UInt32(slots.count)
            slots.append(Slot())
        }
        slots[Int(slot)].isHeld = true
        return EventToken(slot: slot, generation: slots[Int(slot)].generation)
    }

    /// Hands a place, with its descriptor, to another handler; a deadline that was set is taken back.
    public func setHandler(_ handler: any EventHandler, for token: EventToken) {
        guard holds(token) else { return }
        slots[Int(token.slot)].handler = handler
        slots[Int(token.slot)].deadline = .distantFuture
    }

    /// The handler in a place, `nil` once it has been given up.
    public func handler(of token: EventToken) -> (any EventHandler)? {
        holds(token) ? slots[Int(token.slot)].handler : nil
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
        guard holds(token) else { return }
        let index = Int(token.slot)
        slots[index] = Slot(generation: token.generation &+ 1)
        freeSlots.append(token.slot)
    }

    /// Sets when `deadlinePassed` is to be called; the distant future takes it back.
    public func setDeadline(_ time: MonotonicTime, for token: EventToken) {
        guard holds(token) else { return }
        let index = Int(token.slot)
        slots[index].deadline = time
        guard time < slots[index].scheduled else { return }
        slots[index].scheduled = time
        deadlines.insert(ScheduledDeadline(time: time, slot: token.slot, generation: token.generation))
        removeStaleDeadlines()
    }

    /// Keeps connections that come and go from leaving their deadlines behind until these have passed.
    private func removeStaleDeadlines() {
        guard deadlines.count > Self.maximumDeadlinesPerSlot * slots.count + Self.spareDeadlines else {
            return
        }
        deadlines.removeAll { !isScheduled($0) }
    }

    /// Whether an entry is the one that its slot waits for: of each slot at most one is.
    private func isScheduled(_ entry: ScheduledDeadline) -> Bool {
        let index = Int(entry.slot)
        return slots[index].generation == entry.generation && slots[index].scheduled == entry.time
    }

    /// Has `ready` called in the next round, without an event, so that the others get their turn before.
    public func callAgain(_ token: EventToken) {
        unfinished.append(token)
    }

    private func holds(_ token: EventToken) -> Bool {
        let index = Int(token.slot)
        return index < slots.count && slots[index].generation == token.generation && slots[index].isHeld
    }

    // MARK: Running

    /// Handles what is ready, and what becomes ready within a moment.
    public func run() {
        var waiting: Int32 = 0
        for _ in 0..<Self.maximumRounds {
            let (count, expired) = round(waiting)
            if makesWay || count == 0 && !expired && waiting > 0 && unfinished.isEmpty { break }
            waiting = lingering()
        }
        makesWay = false
    }

    /// Handles what is ready now, and waits for nothing.
    public func runOnce() {
        for _ in 0..<Self.maximumCatchUpRounds {
            guard round(0).count == Poller.capacity else { return }
        }
    }

    /// Makes `run` return after the round that is under way: other work of the queue waits.
    public func makeWay() {
        makesWay = true
    }

    private func round(_ milliseconds: Int32) -> (count: Int, expired: Bool) {
        let goesOn = takeUnfinished()
        let count = poller.wait(milliseconds: goesOn.isEmpty ? milliseconds : 0)
        now = MonotonicTime.now()
        for index in 0..<count {
            let event = poller.event(at: index)
            let slot = Int(UInt32(truncatingIfNeeded: event.key))
            guard slots[slot].generation == UInt32(truncatingIfNeeded: event.key >> 32) else { continue }
            slots[slot].handler?.ready(for: event.readiness)
        }
        for token in goesOn { handler(of: token)?.ready(for: []) }
        let expired = expireDeadlines()
        afterRound?()
        return (count, expired)
    }

    private func takeUnfinished() -> [EventToken] {
        guard !unfinished.isEmpty else { return [] }
        defer { unfinished.removeAll() }
        return unfinished
    }

    private func lingering() -> Int32 {
        let untilDeadline = deadlines.earliest.nanoseconds(since: now)
        // What was put off to the next round is due at once.
        guard untilDeadline > 1_000 else { return 0 }
        return max(1, min(Self.lingerMilliseconds, Int32(clamping: untilDeadline / 1_000_000)))
    }

    private func expireDeadlines() -> Bool {
        var expired = false
        while let entry = deadlines.popExpired(at: now) {
            let index = Int(entry.slot)
            guard isScheduled(entry) else { continue }
            slots[index].scheduled = .distantFuture
            let deadline = slots[index].deadline
            if deadline <= now {
                expired = true
                slots[index].deadline = .distantFuture
                slots[index].handler?.deadlinePassed()
            } else if deadline != .distantFuture {
                slots[index].scheduled = deadline
                deadlines.insert(
                    ScheduledDeadline(time: deadline, slot: entry.slot, generation: entry.generation)
                )
            }
        }
        return expired
    }
}
