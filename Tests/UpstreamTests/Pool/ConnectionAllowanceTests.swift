import IPAddresses
import Sockets
import TestSupport
import Testing

@testable import Upstream

@Suite struct ConnectionAllowanceTests {
    private let allowance = ConnectionAllowance(maximum: 3)

    /// Turns two loops until a condition holds.
    private func turn(_ pools: [PoolHarness], until what: String, _ condition: () -> Bool) throws {
        try eventually(what) {
            for pool in pools { pool.loop.run() }
            return condition()
        }
    }

    @Test func `the connection that has been unused for longest goes, whatever its host`() throws {
        let harness = try PoolHarness(sharing: allowance)
        let upstreams = try (0..<4).map { _ in try silentUpstream() }
        let connections = try upstreams.prefix(3).map { try harness.connect(Asking($0).request) }
        for index in [1, 0, 2] { harness.pool.giveBack(connections[index]) }
        let used = try harness.connect(Asking(upstreams[1]).request)
        #expect(used === connections[1])
        harness.pool.giveBack(used)
        _ = try harness.connect(Asking(upstreams[3]).request)
        #expect(connections.map(\.isClosed) == [true, false, false])
        #expect(harness.pool.connectionCount == 3)
        #expect(harness.pool.figures.evicted == 1)
        #expect(harness.pool.figures.idle == 2)
    }

    @Test func `an unused connection of another pool makes room`() throws {
        let pools = try [PoolHarness(sharing: allowance), PoolHarness(sharing: allowance)]
        let upstream = try silentUpstream()
        let connections = try (0..<3).map { _ in try pools[0].connect(Asking(upstream).request, fresh: true) }
        for connection in connections.prefix(2) { pools[0].pool.giveBack(connection) }
        let takings = (0..<3).map { _ in pools[1].take(Asking(upstream).request) }
        try turn(pools, until: "two have one") { takings.count { $0.connection != nil } == 2 }
        #expect(connections.map(\.isClosed) == [true, true, false])
        #expect(pools.map(\.pool.connectionCount) == [1, 2])
        #expect(takings[2].result == nil)
        // One that comes to rest meanwhile goes to whoever waits.
        pools[0].pool.giveBack(connections[2])
        try turn(pools, until: "the third has one") { takings[2].connection != nil }
        #expect(connections[2].isClosed)
        #expect(pools.map(\.pool.connectionCount) == [0, 3])
    }

    @Test func `of all pools the one gives up whose connection has been unused for longest`() throws {
        let pools = try (0..<3).map { _ in try PoolHarness(sharing: allowance) }
        let upstream = try silentUpstream()
        // The longest unused one is neither the first pool's nor the last one's that asks.
        var connections: [UpstreamConnection] = []
        for pool in [1, 0] {
            let connection = try pools[pool].connect(Asking(upstream).request)
            pools[pool].pool.giveBack(connection)
            connections.append(connection)
        }
        _ = try pools[2].connect(Asking(upstream).request)
        let taking = pools[2].take(Asking(upstream).request)
        try turn(pools, until: "there is room") { taking.connection != nil }
        #expect(connections.map(\.isClosed) == [true, false])
    }

    @Test func `where all are in use a request waits for connectTimeout, and then is told so`() throws {
        let harness = try PoolHarness(sharing: allowance)
        let upstream = try silentUpstream()
        let connections = try (0..<3).map { _ in try harness.connect(Asking(upstream).request) }
        let other = try silentUpstream()
        var asking = Asking(other)
        let patient = harness.take(asking.request)
        asking.connectTimeout = .milliseconds(100)
        let hasty = harness.take(asking.request)
        #expect(harness.pool.figures.waiting == 2)
        try harness.turn(until: "the second gives up") { hasty.result != nil }
        #expect(hasty.failure == .exhausted)
        #expect(patient.result == nil)
        harness.pool.discard(connections[0])
        try harness.turn(until: "the first has one") { patient.connection != nil }
        #expect(harness.pool.figures.waiting == 0)
        #expect(harness.pool.connectionCount == 3)
    }

    @Test func `who waits alone for a place is told that there is none`() throws {
        let harness = try PoolHarness(sharing: ConnectionAllowance(maximum: 0))
        let asking = Asking(port: 80).with { $0.connectTimeout = .milliseconds(50) }
        #expect(try harness.failure(asking) == .exhausted)
    }

    @Test func `a connection that comes to rest serves who waits for the same host`() throws {
        let harness = try PoolHarness(sharing: ConnectionAllowance(maximum: 1))
        let upstream = try silentUpstream()
        let connection = try harness.connect(Asking(upstream).request)
        let taking = harness.take(Asking(upstream).request)
        harness.pool.giveBack(connection)
        #expect(taking.connection === connection)
        #expect(upstream.openedConnections == 1)
    }

    @Test func `who gives up waiting leaves its turn to the next of the same host`() throws {
        let harness = try PoolHarness(sharing: ConnectionAllowance(maximum: 1))
        let upstream = try silentUpstream()
        let other = try silentUpstream()
        let connection = try harness.connect(Asking(upstream).request)
        let takings = (0..<3).map { _ in harness.take(Asking(other).request) }
        for taking in takings.prefix(2) { taking.ticket.map { harness.pool.cancel($0) } }
        harness.pool.discard(connection)
        try harness.turn(until: "the last one has it") { takings[2].connection != nil }
        #expect(takings[0].result == nil && takings[1].result == nil)
        #expect(harness.pool.figures.waiting == 0)
    }

    @Test func `a host's own bound holds beside that of all`() throws {
        let harness = try PoolHarness(sharing: ConnectionAllowance(maximum: 2))
        let upstream = try silentUpstream()
        let one = Asking(upstream).with { $0.maximumConnections = 1 }
        let first = try harness.connect(one)
        let other = try harness.connect(Asking(upstream).with { $0.profile = 1 })
        let second = harness.take(one)
        harness.pool.discard(other)
        #expect(second.result == nil)
        harness.pool.giveBack(first)
        #expect(second.connection === first)
    }

    @Test func `unused connections above a lower bound are closed`() throws {
        let harness = try PoolHarness(sharing: allowance)
        let upstream = try silentUpstream()
        let connections = try (0..<3).map { _ in try harness.connect(Asking(upstream).request, fresh: true) }
        for connection in connections.dropFirst() { harness.pool.giveBack(connection) }
        allowance.change(maximum: 2)
        try harness.turn(until: "one is closed") { harness.pool.connectionCount == 2 }
        #expect(connections.map(\.isClosed) == [false, true, false])
        allowance.change(maximum: 1)
        try harness.turn(until: "the other is closed") { harness.pool.connectionCount == 1 }
        // Those in use stay.
        allowance.change(maximum: 0)
        let taking = harness.take(Asking(upstream).request)
        #expect(!connections[0].isClosed && taking.result == nil)
        allowance.change(maximum: 2)
        try harness.turn(until: "there is room") { taking.connection != nil }
    }

    @Test func `unused connections are given up for their descriptors`() throws {
        let pools = try [PoolHarness(sharing: allowance), PoolHarness(sharing: allowance)]
        let upstream = try silentUpstream()
        let connections = try (0..<2).map { _ in try pools[0].connect(Asking(upstream).request, fresh: true) }
        for connection in connections { pools[0].pool.giveBack(connection) }
        #expect(pools[1].pool.giveUpIdle(atMost: 5) == 0)
        #expect(pools[1].pool.askOthersToGiveUpIdle())
        try turn(pools, until: "one is closed") { connections[0].isClosed }
        #expect(pools[0].pool.giveUpIdle(atMost: 5) == 1)
        #expect(connections[1].isClosed)
        #expect(!pools[1].pool.askOthersToGiveUpIdle())
    }

    @Test func `connections without end come and go within the bound`() throws {
        let pools = try [PoolHarness(sharing: allowance), PoolHarness(sharing: allowance)]
        let upstreams = try (0..<5).map { _ in try silentUpstream() }
        var takings: [(pool: Int, taking: Taking)] = []
        var generator = SplitMix64(seed: 7)
        for number in 0..<400 {
            let pool = Int(generator.next() % 2)
            let upstream = upstreams[Int(generator.next() % 5)]
            takings.append((pool, pools[pool].take(Asking(upstream).request)))
            if takings.count > 6 {
                let (pool, taking) = takings.remove(at: Int(generator.next() % UInt64(takings.count)))
                if taking.result == nil, let ticket = taking.ticket {
                    pools[pool].pool.cancel(ticket)
                } else if let connection = taking.connection {
                    if number % 3 == 0 {
                        pools[pool].pool.discard(connection)
                    } else {
                        pools[pool].pool.giveBack(connection)
                    }
                }
            }
            for pool in pools { pool.loop.runOnce() }
            #expect(pools.reduce(0) { $0 + $1.pool.connectionCount } <= 3)
        }
        // All that wait are served one after the other.
        try eventually("all were served") {
            for pool in pools { pool.loop.run() }
            takings.removeAll { pool, taking in
                guard let connection = taking.connection else { return false }
                pools[pool].pool.giveBack(connection)
                return true
            }
            return takings.isEmpty
        }
        #expect(!allowance.isWantedElsewhere)
    }
}
