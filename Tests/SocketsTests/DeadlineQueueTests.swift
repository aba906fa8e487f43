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
