import Testing

@testable import Sockets

@Suite struct DeadlineQueueTests {
    @Test(arguments: 0..<50)
    func `what is taken out is what a sorted list would give`(round: Int) {
        var queue = DeadlineQueue()
        var model: [UInt64] = []
        var now: UInt64 = 0
        for _ in 0..<400 {
            if Bool.random() || Bool.random() {
                let time = now + .random(in: 0..<50)
                queue.insert(
                    ScheduledDeadline(time: MonotonicTime(nanoseconds: time), slot: 0, generation: 0)
                )
                model.append(time)
                model.sort()
            } else {
                now += .random(in: 0..<40)
                let taken = queue.popExpired(at: MonotonicTime(nanoseconds: now))?.time.nanoseconds
                let expected = model.first.flatMap { $0 <= now ? $0 : nil }
                #expect(taken == expected)
                if expected != nil { model.removeFirst() }
            }
            #expect(queue.earliest.nanoseconds == model.first ?? .max)
        }
    }

    @Test func `what is left when some are removed comes out in order`() {
        var queue = DeadlineQueue()
        let times = (0..<1_000).map { _ in UInt64.random(in: 0..<500) }
        for (slot, time) in times.enumerated() {
            queue.insert(
                ScheduledDeadline(
                    time: MonotonicTime(nanoseconds: time),
                    slot: UInt32(slot),
                    generation: 0
                )
            )
        }
        queue.removeAll { $0.slot % 3 != 0 }
        let kept = times.indices.filter { $0 % 3 == 0 }.map { times[$0] }
        #expect(queue.count == kept.count)
        var taken: [UInt64] = []
        while let next = queue.popExpired(at: .distantFuture) { taken.append(next.time.nanoseconds) }
        #expect(taken == kept.sorted())
    }

    @Test func `a deadline is due at its very time and not before`() {
        var queue = DeadlineQueue()
        queue.insert(ScheduledDeadline(time: MonotonicTime(nanoseconds: 5), slot: 3, generation: 7))
        #expect(queue.popExpired(at: MonotonicTime(nanoseconds: 4)) == nil)
        let deadline = queue.popExpired(at: MonotonicTime(nanoseconds: 5))
        #expect(deadline?.slot == 3)
        #expect(deadline?.generation == 7)
        #expect(queue.popExpired(at: .distantFuture) == nil)
        #expect(queue.earliest == .distantFuture)
    }
}
