import Testing

@testable import Sockets

@Suite struct EventLoopTests {
    private let loop: EventLoop

    init() throws {
        loop = try EventLoop()
    }

    private func watched(_ pair: SocketPair, _ trigger: Trigger = .edge) throws -> (Recorder, EventToken) {
        let recorder = Recorder()
        let token = loop.register(recorder)
        try loop.watch(pair.near, trigger, for: token)
        return (recorder, token)
    }

    // MARK: Descriptors

    @Test func `an edge is told once, a level as long as it lasts`() throws {
        let edge = try SocketPair()
        let level = try SocketPair()
        let (once, _) = try watched(edge)
        let (again, _) = try watched(level, .level(.readable))
        edge.poke()
        level.poke()
        try loop.turn(until: "the level is told often") { again.readiness.count > 20 }
        #expect(once.readiness.filter { $0.contains(.readable) }.count == 1)
        edge.poke()
        try loop.turn(until: "the next edge") { once.readiness.filter { $0.contains(.readable) }.count == 2 }
    }

    @Test func `the end of the peer is told`() throws {
        let pair = try SocketPair()
        let (recorder, _) = try watched(pair)
        pair.closeFar()
        try loop.turn(until: "the end") { recorder.readiness.contains { $0.contains(.peerClosed) } }
        #expect(recorder.readiness.contains { !$0.isDisjoint(with: .hangUp) })
    }

    @Test func `a handler that is deregistered by another one of the same round is not called`() throws {
        let pairs = try (0..<8).map { _ in try SocketPair() }
        let handlers = try pairs.map { try watched($0, .level(.readable)) }
        for (index, handler) in handlers.enumerated() {
            handler.0.onReady = { [loop] in
                for other in handlers.indices where other != index { loop.deregister(handlers[other].1) }
            }
        }
        for pair in pairs { pair.poke() }
        loop.run()
        #expect(handlers.filter { !$0.0.readiness.isEmpty }.count == 1)
        #expect(loop.handlerCount == 1)
    }

    @Test func `an event for a place that has changed hands is dropped`() throws {
        let first = try SocketPair()
        let second = try SocketPair()
        let (old, token) = try watched(first, .level(.readable))
        let newcomer = Recorder()
        let other = try watched(second, .level(.readable)).0
        // Whichever of the two is called first, the other one's event is under way.
        let swap = { [loop] in
            old.onReady = nil
            other.onReady = nil
            loop.deregister(token)
            let next = loop.register(newcomer)
            #expect(next.slot == token.slot)
            #expect(next.generation != token.generation)
        }
        other.onReady = swap
        old.onReady = swap
        first.poke()
        second.poke()
        loop.run()
        // The descriptor is still watched, but its events carry the token that was given up.
        first.poke()
        loop.run()
        #expect(newcomer.readiness.isEmpty)
    }

    @Test func `a token that was given up does nothing`() throws {
        let recorder = Recorder()
        let token = loop.register(recorder)
        loop.deregister(token)
        let next = Recorder()
        let successor = loop.register(next)
        loop.deregister(token)
        loop.setHandler(recorder, for: token)
        loop.setDeadline(loop.time(in: 0), for: token)
        #expect(loop.handler(of: token) == nil)
        #expect(loop.handler(of: successor) === next)
        loop.setDeadline(loop.time(in: 0), for: successor)
        try loop.turn(until: "the deadline") { next.deadlines == 1 }
        #expect(recorder.deadlines == 0)
        #expect(loop.handlerCount == 1)
    }

    @Test func `a place handed to another handler keeps its descriptor and loses its deadline`() throws {
        let pair = try SocketPair()
        let (first, token) = try watched(pair)
        loop.setDeadline(loop.time(in: 20), for: token)
        let second = Recorder()
        loop.setHandler(second, for: token)
        let clock = Recorder()
        loop.setDeadline(loop.time(in: 40), for: loop.register(clock))
        pair.poke()
        try loop.turn(until: "both") { !second.readiness.isEmpty && clock.deadlines == 1 }
        #expect(first.readiness.isEmpty)
        #expect(first.deadlines + second.deadlines == 0)
    }

    @Test func `an unwatched descriptor is told of no more, its place stays`() throws {
        let pair = try SocketPair()
        let (recorder, token) = try watched(pair, .level(.readable))
        loop.unwatch(pair.near)
        pair.poke()
        loop.run()
        #expect(recorder.readiness.isEmpty)
        #expect(loop.handler(of: token) === recorder)
        try loop.watch(pair.near, .level(.writable), for: token)
        try loop.rewatch(pair.near, .level(.readable), for: token)
        try loop.turn(until: "readable") { !recorder.readiness.isEmpty }
        #expect(recorder.readiness.allSatisfy { $0 == .readable })
    }

    // MARK: Work in portions

    @Test func `a handler that was put off is called in a later round, behind what is ready`() throws {
        let pair = try SocketPair()
        var order: [String] = []
        let (ready, _) = try watched(pair)
        ready.onReady = { order.append("ready") }
        let later = Recorder()
        let token = loop.register(later)
        later.onReady = { order.append("later") }
        loop.callAgain(token)
        loop.callAgain(token)
        pair.poke()
        #expect(loop.nextDeadline <= loop.now, "run is to be called again at once")
        loop.runOnce()
        #expect(order == ["ready", "later"])
        #expect(later.readiness == [[]])
        loop.callAgain(token)
        loop.deregister(token)
        loop.runOnce()
        #expect(later.readiness.count == 1)
    }

    @Test func `costly events come behind the others, and those that take long a few in each round`() throws {
        let pairs = try (0..<6).map { _ in try SocketPair() }
        var order: [Int] = []
        var rounds = 0
        loop.afterRound = { rounds += 1 }
        for (index, pair) in pairs.enumerated() {
            let (recorder, token) = try watched(pair)
            if index < 5 { loop.setHeavy(true, for: token) }
            recorder.onReady = {
                order.append(index)
                let end = MonotonicTime.now().advanced(byNanoseconds: index < 5 ? 1_000_000 : 0)
                while MonotonicTime.now() < end {}
            }
        }
        loop.runOnce()
        order = []
        rounds = 0
        for pair in pairs { pair.poke() }
        try loop.turn(until: "all have been called") { order.count >= 6 }
        #expect(order.first == 5)
        #expect(Set(order) == Set(0..<6))
        #expect(rounds >= 5)
        loop.afterRound = nil
    }

    @Test func `what a costly handler becomes ready for meanwhile is told together`() throws {
        let pair = try SocketPair()
        let (recorder, token) = try watched(pair)
        loop.setHeavy(true, for: token)
        pair.poke()
        pair.closeFar()
        try loop.turn(until: "it is told") { !recorder.readiness.isEmpty }
        let told = recorder.readiness.reduce(into: Readiness()) { $0.formUnion($1) }
        #expect(told.contains(.readable) && told.contains(.peerClosed))
    }

    @Test func `deadlines that pass at one moment are handled some in each round`() throws {
        let recorders = (0..<200).map { _ in Recorder() }
        let time = loop.time(in: 0)
        for recorder in recorders { loop.setDeadline(time, for: loop.register(recorder)) }
        var counts: [Int] = []
        loop.afterRound = { counts.append(recorders.count { $0.deadlines == 1 }) }
        try loop.turn(until: "all have passed") { counts.last == 200 }
        #expect(zip([0] + counts, counts).allSatisfy { $1 - $0 <= 64 })
        loop.afterRound = nil
    }

    @Test func `what is done after a round is done after each`() throws {
        var rounds = 0
        loop.afterRound = { rounds += 1 }
        let recorder = Recorder()
        loop.setDeadline(loop.time(in: 0), for: loop.register(recorder))
        recorder.onDeadline = { #expect(rounds == 0) }
        loop.run()
        #expect(recorder.deadlines == 1)
        #expect(rounds >= 1)
    }

    @Test func `a loop that is busy without end makes way after the round`() throws {
        let pair = try SocketPair()
        let (recorder, _) = try watched(pair, .level(.readable))
        pair.poke()
        recorder.onReady = { [loop] in if recorder.readiness.count == 3 { loop.makeWay() } }
        loop.run()
        #expect(recorder.readiness.count == 3)
        recorder.onReady = nil
        loop.run()
        #expect(recorder.readiness.count > 100, "once asked is once made way")
    }

    @Test func `what is ready now is handled at once, also where it is more than a round holds`() throws {
        let pairs = try (0..<Poller.capacity + 40).map { _ in try SocketPair() }
        let recorders = try pairs.map { try watched($0).0 }
        // That they may be written to is told at the start.
        loop.runOnce()
        for pair in pairs { pair.poke() }
        loop.runOnce()
        #expect(recorders.allSatisfy { $0.readiness.count == 2 })
    }

    @Test func `a handler with more to do is called again, after those that have become ready`() throws {
        let pair = try SocketPair()
        let (quiet, _) = try watched(pair, .level(.readable))
        let busy = Recorder()
        let token = loop.register(busy)
        busy.onReady = { [loop] in
            if busy.readiness.count == 3 { pair.poke() }
            if quiet.readiness.isEmpty { loop.callAgain(token) }
        }
        loop.callAgain(token)
        #expect(loop.nextDeadline == loop.now, "it does not wait for an event")
        loop.run()
        // Poked in its third call, told in the round of the fourth, and before it.
        #expect(busy.readiness == [[], [], [], []])
        #expect(!quiet.readiness.isEmpty)
        #expect(loop.nextDeadline == .distantFuture)
    }

    @Test func `a handler that is gone is not called again, nor is the next one in its place`() throws {
        let token = loop.register(Recorder())
        loop.callAgain(token)
        loop.deregister(token)
        let next = Recorder()
        _ = loop.register(next)
        loop.runOnce()
        #expect(next.readiness.isEmpty)
    }

    // MARK: Deadlines

    @Test func `a deadline passes once`() throws {
        let recorder = Recorder()
        loop.setDeadline(loop.time(in: 1), for: loop.register(recorder))
        let clock = Recorder()
        loop.setDeadline(loop.time(in: 20), for: loop.register(clock))
        try loop.turn(until: "the later deadline") { clock.deadlines == 1 }
        #expect(recorder.deadlines == 1)
        #expect(loop.nextDeadline == .distantFuture)
    }

    @Test func `a deadline that moves to later passes then, and that takes no more entries`() throws {
        let recorder = Recorder()
        let token = loop.register(recorder)
        let early = loop.time(in: 5)
        loop.setDeadline(early, for: token)
        var last = early
        for step in 1...1_000 {
            last = early.advanced(byNanoseconds: UInt64(step) * 30_000)
            loop.setDeadline(last, for: token)
        }
        #expect(loop.nextDeadline == early)
        var passed = MonotonicTime.distantFuture
        recorder.onDeadline = { [loop] in passed = loop.now }
        try loop.turn(until: "the deadline") { recorder.deadlines == 1 }
        #expect(passed >= last)
        #expect(loop.nextDeadline == .distantFuture)
    }

    @Test func `a deadline that moves to earlier passes then, and not again`() throws {
        let recorder = Recorder()
        let token = loop.register(recorder)
        loop.setDeadline(loop.time(in: 20), for: token)
        let early = loop.time(in: 2)
        loop.setDeadline(early, for: token)
        #expect(loop.nextDeadline == early)
        let clock = Recorder()
        loop.setDeadline(loop.time(in: 40), for: loop.register(clock))
        try loop.turn(until: "the last deadline") { clock.deadlines == 1 }
        #expect(recorder.deadlines == 1)
    }

    @Test func `a deadline that is taken back does not pass`() throws {
        let recorder = Recorder()
        let token = loop.register(recorder)
        loop.setDeadline(loop.time(in: 2), for: token)
        loop.setDeadline(.distantFuture, for: token)
        let clock = Recorder()
        loop.setDeadline(loop.time(in: 20), for: loop.register(clock))
        try loop.turn(until: "the later deadline") { clock.deadlines == 1 }
        #expect(recorder.deadlines == 0)
    }

    @Test func `the deadline of a place that has changed hands is its new holder's alone`() throws {
        let old = Recorder()
        let token = loop.register(old)
        loop.setDeadline(loop.time(in: 2), for: token)
        loop.deregister(token)
        let next = Recorder()
        let successor = loop.register(next)
        #expect(successor.slot == token.slot)
        let later = loop.time(in: 20)
        loop.setDeadline(later, for: successor)
        var passed = MonotonicTime.distantFuture
        next.onDeadline = { [loop] in passed = loop.now }
        try loop.turn(until: "the deadline") { next.deadlines == 1 }
        #expect(passed >= later)
        #expect(old.deadlines == 0)
    }

    @Test func `a deadline can set itself anew`() throws {
        let recorder = Recorder()
        let token = loop.register(recorder)
        recorder.onDeadline = { [loop] in
            if recorder.deadlines < 5 { loop.setDeadline(loop.time(in: 1), for: token) }
        }
        loop.setDeadline(loop.time(in: 1), for: token)
        try loop.turn(until: "all of them") { recorder.deadlines == 5 }
        #expect(loop.nextDeadline == .distantFuture)
    }

    @Test func `the deadlines of handlers that are gone do not pile up`() throws {
        let stayer = Recorder()
        loop.setDeadline(loop.time(in: 1), for: loop.register(stayer))
        var most = 0
        for _ in 0..<10_000 {
            let token = loop.register(Recorder())
            loop.setDeadline(loop.time(in: 3_600_000), for: token)
            loop.deregister(token)
            most = max(most, loop.scheduledCount)
        }
        #expect(most <= 70)
        try loop.turn(until: "the deadline of the one that stays") { stayer.deadlines == 1 }
    }

    @Test func `nor do those of a handler whose deadline moves to earlier again and again`() throws {
        let recorder = Recorder()
        let token = loop.register(recorder)
        var most = 0
        for step in 0..<UInt64(10_000) {
            loop.setDeadline(loop.time(in: 3_600_000 - step), for: token)
            most = max(most, loop.scheduledCount)
        }
        #expect(most <= 70)
        loop.setDeadline(loop.time(in: 1), for: token)
        try loop.turn(until: "the last deadline") { recorder.deadlines == 1 }
    }

    @Test func `many deadlines pass in their order, each once and none too early`() throws {
        var order: [MonotonicTime] = []
        let start = MonotonicTime.now()
        var generator = SystemRandomNumberGenerator()
        let recorders = (0..<2_000).map { _ in
            let time = start.advanced(byNanoseconds: .random(in: 0..<30_000_000, using: &generator))
            let recorder = Recorder()
            recorder.onDeadline = { [loop] in
                #expect(loop.now >= time)
                order.append(time)
            }
            loop.setDeadline(time, for: loop.register(recorder))
            return recorder
        }
        try loop.turn(until: "all of them") { order.count == recorders.count }
        #expect(order == order.sorted())
        #expect(recorders.allSatisfy { $0.deadlines == 1 })
    }
}
