/// The places of an event loop's handlers, each with its deadline and what is put off for it.
///
/// A structure, so that one call is one access of it.
struct EventSlots {
    private struct Slot {
        var handler: (any EventHandler)?
        var isHeld = false
        var generation: UInt32 = 0
        var deadline = MonotonicTime.distantFuture
        /// The earliest entry in the queue, so that a deadline that moves to later needs none.
        var scheduled = MonotonicTime.distantFuture
        /// Whether its events wait until all others of the round have been handled.
        var isHeavy = false
        /// Whether it is called again in the next round.
        var isUnfinished = false
        /// What it has become ready for meanwhile.
        var waitingReadiness = Readiness()
    }

    /// What becomes of an entry of the queue whose time has come.
    enum Expiry {
        /// It is nobody's any more.
        case stale
        /// The handler's deadline has passed.
        case passed(any EventHandler)
        /// The deadline has moved: it is to be scheduled for then.
        case moved(MonotonicTime)
    }

    private var slots: [Slot] = []
    private var free: [UInt32] = []

    /// How many there are, the free ones included.
    var count: Int { slots.count }

    /// How many are held.
    var heldCount: Int { slots.count - free.count }

    /// Takes a place.
    mutating func reserve(for handler: (any EventHandler)?) -> EventToken {
        let slot: UInt32
        if let last = free.popLast() {
            slot = last
        } else {
            slot = UInt32(slots.count)
            slots.append(Slot())
        }
        slots[Int(slot)].isHeld = true
        slots[Int(slot)].handler = handler
        return EventToken(slot: slot, generation: slots[Int(slot)].generation)
    }

    /// Gives a place up; its token is nobody's from now on.
    mutating func release(_ token: EventToken) {
        guard holds(token) else { return }
        slots[Int(token.slot)] = Slot(generation: token.generation &+ 1)
        free.append(token.slot)
    }

    /// Whether a token's place has not been given up.
    func holds(_ token: EventToken) -> Bool {
        let index = Int(token.slot)
        return index < slots.count && slots[index].generation == token.generation && slots[index].isHeld
    }

    /// The handler in a place; nil once it has been given up.
    func handler(of token: EventToken) -> (any EventHandler)? {
        holds(token) ? slots[Int(token.slot)].handler : nil
    }

    /// Hands a place to another handler; a deadline that was set is taken back.
    mutating func setHandler(_ handler: any EventHandler, for token: EventToken) {
        guard holds(token) else { return }
        slots[Int(token.slot)].handler = handler
        slots[Int(token.slot)].deadline = .distantFuture
    }

    // MARK: Deadlines

    /// Sets a deadline.
    ///
    /// - Returns: Whether the queue needs an entry for it.
    mutating func setDeadline(_ time: MonotonicTime, for token: EventToken) -> Bool {
        guard holds(token) else { return false }
        let index = Int(token.slot)
        slots[index].deadline = time
        guard time < slots[index].scheduled else { return false }
        slots[index].scheduled = time
        return true
    }

    /// Whether an entry is the one that its slot waits for: of each slot at most one is.
    func isScheduled(_ entry: ScheduledDeadline) -> Bool {
        let index = Int(entry.slot)
        return slots[index].generation == entry.generation && slots[index].scheduled == entry.time
    }

    /// Takes an entry out of its slot, whose time has come.
    mutating func expire(_ entry: ScheduledDeadline, at now: MonotonicTime) -> Expiry {
        guard isScheduled(entry) else { return .stale }
        let index = Int(entry.slot)
        let deadline = slots[index].deadline
        if deadline <= now, let handler = slots[index].handler {
            slots[index].scheduled = .distantFuture
            slots[index].deadline = .distantFuture
            return .passed(handler)
        }
        slots[index].scheduled = deadline
        return deadline == .distantFuture ? .stale : .moved(deadline)
    }

    // MARK: Events

    /// The handler that an event is for; nil where the place has been given up, or the event is put off.
    ///
    /// - Parameter key: The token's, as the poller has it.
    mutating func handler(for readiness: Readiness, key: UInt64, putOff: (EventToken) -> Void)
        -> (any EventHandler)?
    {
        let index = Int(UInt32(truncatingIfNeeded: key))
        let generation = UInt32(truncatingIfNeeded: key >> 32)
        guard slots[index].generation == generation else { return nil }
        guard slots[index].isHeavy else { return slots[index].handler }
        slots[index].waitingReadiness.formUnion(readiness)
        if !slots[index].isUnfinished {
            slots[index].isUnfinished = true
            putOff(EventToken(slot: UInt32(index), generation: generation))
        }
        return nil
    }

    /// Says whether a handler's events are put off behind all others.
    mutating func setHeavy(_ isHeavy: Bool, for token: EventToken) {
        guard holds(token) else { return }
        slots[Int(token.slot)].isHeavy = isHeavy
    }

    /// Notes that a handler is to be called in the next round.
    ///
    /// - Returns: Whether that was not noted before.
    mutating func markUnfinished(_ token: EventToken) -> Bool {
        guard holds(token), !slots[Int(token.slot)].isUnfinished else { return false }
        slots[Int(token.slot)].isUnfinished = true
        return true
    }

    /// Takes out what is put off for a handler; nil where nothing is.
    mutating func takeUnfinished(_ token: EventToken) -> (handler: any EventHandler, readiness: Readiness)? {
        let index = Int(token.slot)
        guard holds(token), slots[index].isUnfinished, let handler = slots[index].handler else { return nil }
        let readiness = slots[index].waitingReadiness
        slots[index].isUnfinished = false
        slots[index].waitingReadiness = []
        return (handler, readiness)
    }
}
