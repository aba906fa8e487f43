/// A time at which a slot of the event loop is to be looked at.
struct ScheduledDeadline {
    let time: MonotonicTime
    let slot: UInt32
    let generation: UInt32
}

/// The scheduled deadlines, earliest first: a binary heap.
///
/// A deadline that moves to later leaves its entry where it is: the loop finds, when the entry comes up, that
/// there is time left, and schedules again. So a deadline that moves with every byte costs one store. The entries
/// of slots that have been given up stay as well; the loop has them removed before they outnumber the others.
struct DeadlineQueue {
    private var heap: [ScheduledDeadline] = []

    /// How many entries there are.
    var count: Int { heap.count }

    /// The earliest time, or the distant future.
    var earliest: MonotonicTime {
        heap.first?.time ?? .distantFuture
    }

    mutating func insert(_ deadline: ScheduledDeadline) {
        heap.append(deadline)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].time < heap[parent].time else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// Removes the earliest deadline if its time has come.
    mutating func popExpired(at now: MonotonicTime) -> ScheduledDeadline? {
        guard let first = heap.first, first.time <= now else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink(from: 0)
        }
        return first
    }

    /// Removes the entries that nobody waits for any more.
    mutating func removeAll(where isStale: (ScheduledDeadline) -> Bool) {
        heap.removeAll(where: isStale)
        // From the bottom up, in linear time: to sort ten thousand entries would hold the loop for milliseconds.
        for parent in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(from: parent) }
    }

    private mutating func sink(from start: Int) {
        var parent = start
        while true {
            var child = 2 * parent + 1
            guard child < heap.count else { return }
            if child + 1 < heap.count, heap[child + 1].time < heap[child].time {
                child += 1
            }
            guard heap[child].time < heap[parent].time else { return }
            heap.swapAt(child, parent)
            parent = child
        }
    }
}
