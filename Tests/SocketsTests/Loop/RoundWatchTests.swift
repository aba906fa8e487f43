import Glibc
import TestSupport
import Testing

@testable import Sockets

@Suite struct RoundWatchTests {
    private let now = MonotonicTime(nanoseconds: 1)

    private func figures(wall: UInt64, from start: UInt64?, to end: UInt64?) -> LoopFigures {
        var watch = RoundWatch()
        watch.setAccount(start, at: now)
        watch.note(wall: wall, account: end, at: now)
        return watch.figures
    }

    @Test func `a long round counts by how long it was`() {
        #expect(figures(wall: 1_000_001, from: 5, to: 5).slow == [1, 0, 0])
        #expect(figures(wall: 10_000_001, from: 5, to: 5).slow == [1, 1, 0])
        #expect(figures(wall: 200_000_000, from: 5, to: 5).slow == [1, 1, 1])
        #expect(figures(wall: 200_000_000, from: 5, to: 5).longest == 200_000_000)
    }

    @Test func `what the thread waited for a processor is not the loop's doing`() {
        let late = figures(wall: 30_000_000, from: 7_000_000, to: 36_500_000)
        #expect(late.slow == [0, 0, 0] && late.delayed == 1 && late.longest == 500_000)
        let both = figures(wall: 30_000_000, from: 7_000_000, to: 17_000_000)
        #expect(both.slow == [1, 1, 0] && both.delayed == 0 && both.longest == 20_000_000)
    }

    @Test(
        arguments: [(nil, nil), (nil, 9_000_000), (9_000_000, nil), (9_000_000, 3)] as [(UInt64?, UInt64?)]
    )
    func `without an account of the kernel's all of a round counts`(start: UInt64?, end: UInt64?) {
        #expect(figures(wall: 2_000_000, from: start, to: end).slow == [1, 0, 0])
    }

    @Test func `each round is judged by what was waited since the one before`() {
        var watch = RoundWatch()
        watch.setAccount(0, at: now)
        watch.note(wall: 3_000_000, account: 2_500_000, at: now)
        watch.note(wall: 3_000_000, account: 2_500_000, at: now)
        #expect(watch.figures.delayed == 1 && watch.figures.slow == [1, 0, 0])
    }

    @Test func `the kernel's account only grows`() throws {
        let first = try #require(RunDelay.ofThisThread())
        for _ in 0..<100 { sched_yield() }
        #expect(try #require(RunDelay.ofThisThread()) >= first)
    }

    @Test func `figures of several loops are added, the longest of all stays`() {
        var sum = figures(wall: 20_000_000, from: 0, to: 0)
        sum.add(figures(wall: 2_000_000, from: 0, to: 0))
        sum.add(figures(wall: 2_000_000, from: 0, to: 1_900_000))
        #expect(sum.slow == [2, 1, 0] && sum.delayed == 1 && sum.longest == 20_000_000)
    }

    @Test(arguments: ["spins", "sleeps"])
    func `a handler that holds the loop is found out, whether it works or waits`(kind: String) throws {
        let loop = try EventLoop()
        let recorder = Recorder()
        recorder.onDeadline = {
            let end = MonotonicTime.now().advanced(byNanoseconds: 30_000_000)
            while MonotonicTime.now() < end { if kind == "sleeps" { usleep(5_000) } }
        }
        var told = LoopFigures()
        loop.afterRound = { told = loop.figures }
        loop.setDeadline(loop.time(in: 0), for: loop.register(recorder))
        try loop.turn(until: "it was called") { recorder.deadlines == 1 }
        // On a busy machine some of it is the machine's doing, and taken off.
        #expect(loop.figures.slow[0] + loop.figures.delayed >= 1)
        #expect(told == loop.figures, "told after the same round")
        loop.afterRound = nil
    }
}
