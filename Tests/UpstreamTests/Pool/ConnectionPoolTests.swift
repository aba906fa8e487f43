import IPAddresses
import Sockets
import TestSupport
import Testing

@testable import Upstream

@Suite struct ConnectionPoolTests {
    private let harness: PoolHarness
    private var pool: ConnectionPool { harness.pool }

    init() throws {
        harness = try PoolHarness()
    }

    // MARK: Reuse

    @Test func `a connection that was given back is handed out again, as a used one`() throws {
        let upstream = try silentUpstream()
        let asking = Asking(upstream)
        let first = try harness.connect(asking.request)
        #expect(!first.isReused)
        pool.giveBack(first)
        let second = try harness.connect(asking.request)
        #expect(second === first)
        #expect(second.isReused)
        #expect(pool.connectionCount == 1)
        try eventually("the upstream has counted it") { upstream.openedConnections == 1 }
    }

    @Test func `a fresh connection is a new one although one waits unused`() throws {
        let upstream = try silentUpstream()
        let asking = Asking(upstream)
        let first = try harness.connect(asking.request)
        pool.giveBack(first)
        let second = try harness.connect(asking.request, fresh: true)
        #expect(second !== first)
        #expect(!second.isReused)
        #expect(pool.connectionCount == 2)
    }

    @Test func `a connection that was made for a tunnel is not kept`() throws {
        let upstream = try silentUpstream()
        let request = Asking(upstream).with { $0.isForTunnel = true }
        pool.giveBack(try harness.connect(request, fresh: true))
        #expect(pool.connectionCount == 0 && pool.figures.idle == 0)
        try eventually("the upstream has seen its end") { upstream.closedConnections == 1 }
    }

    @Test func `connections for tunnels count apart from those of requests`() throws {
        let upstream = try silentUpstream()
        var asking = Asking(upstream)
        asking.maximumConnections = 1
        let tunnel = asking.with { $0.isForTunnel = true }
        _ = try harness.connect(tunnel, fresh: true)
        _ = try harness.connect(asking.request)
        _ = try harness.connect(tunnel, fresh: true)
        #expect(pool.connectionCount == 3 && pool.figures.inUse == 3)
    }

    @Test func `the connection that was used last is handed out first`() throws {
        let upstream = try silentUpstream()
        let asking = Asking(upstream)
        let first = try harness.connect(asking.request)
        let second = try harness.connect(asking.request)
        pool.giveBack(second)
        pool.giveBack(first)
        #expect(try harness.connect(asking.request) === first)
        #expect(try harness.connect(asking.request) === second)
    }

    @Test func `origins and profiles do not share connections`() throws {
        let upstream = try silentUpstream()
        let asking = Asking(upstream)
        let first = try harness.connect(asking.request)
        pool.giveBack(first)
        #expect(try harness.connect(asking.with { $0.profile = 1 }) !== first)
        #expect(try harness.connect(asking.with { $0.host = "localhost" }) !== first)
        #expect(pool.connectionCount == 3)
    }

    @Test func `a discarded connection is closed and counted no more`() throws {
        let upstream = try silentUpstream()
        pool.discard(try harness.connect(Asking(upstream).request))
        #expect(pool.connectionCount == 0)
        try eventually("the upstream sees the end") { upstream.closedConnections == 1 }
    }

    @Test func `closeIdle closes what is unused and nothing else`() throws {
        let upstream = try silentUpstream()
        let asking = Asking(upstream)
        let used = try harness.connect(asking.request)
        pool.giveBack(try harness.connect(asking.request))
        pool.closeIdle()
        #expect(pool.connectionCount == 1)
        #expect(!used.isClosed)
        try eventually("the upstream sees the end") { upstream.closedConnections == 1 }
    }

    // MARK: Ends of unused connections

    @Test func `an unused connection is closed after poolIdleTimeout`() throws {
        let upstream = try silentUpstream()
        var asking = Asking(upstream)
        asking.poolIdleTimeout = .milliseconds(50)
        pool.giveBack(try harness.connect(asking.request))
        try harness.turn(until: "the pool is empty") { pool.connectionCount == 0 }
        try eventually("the upstream sees the end") { upstream.closedConnections == 1 }
    }

    @Test func `with a poolIdleTimeout of zero nothing is kept`() throws {
        let upstream = try silentUpstream()
        var asking = Asking(upstream)
        asking.poolIdleTimeout = .zero
        pool.giveBack(try harness.connect(asking.request))
        #expect(pool.connectionCount == 0)
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nPOISON"])
    func `an unused connection that ends or gets bytes is closed at once`(bytes: String) throws {
        let latch = Latch()
        let upstream = try ScriptedUpstream { connection in
            try latch.wait()
            try connection.send(bytes)
            if !bytes.isEmpty { try connection.awaitClose() }
        }
        pool.giveBack(try harness.connect(Asking(upstream).request))
        latch.open()
        try harness.turn(until: "the pool is empty") { pool.connectionCount == 0 }
        try eventually("the upstream sees the end") { upstream.closedConnections == 1 }
    }

    @Test func `stray bytes that nobody was told of yet are found when a connection is taken`() throws {
        let upstream = try ScriptedUpstream { connection in
            try connection.send("x")
            try connection.awaitClose(within: .seconds(60))
        }
        let asking = Asking(upstream)
        let first = try readableConnection(asking.request)
        pool.giveBack(first)
        // The loop is not turned in between: only taking can notice.
        let taking = harness.take(asking.request)
        #expect(taking.connection == nil)
        try harness.turn(until: "another connection") { taking.connection != nil }
        #expect(taking.connection !== first)
        #expect(first.isClosed)
    }

    /// A connection on which something can be read, and is left unread.
    private func readableConnection(_ request: ConnectionRequest) throws -> UpstreamConnection {
        let taking = harness.take(request)
        try harness.turn(until: "something to read") { taking.readiness.contains(.readable) }
        return try #require(taking.connection)
    }

    // MARK: The bound

    @Test func `beyond maximumConnectionsPerHost requests wait in order for a connection`() throws {
        let upstream = try silentUpstream()
        var asking = Asking(upstream)
        asking.maximumConnections = 2
        let first = try harness.connect(asking.request)
        let second = try harness.connect(asking.request)
        let waiting = (0..<3).map { _ in harness.take(asking.request) }
        harness.loop.run()
        #expect(waiting.allSatisfy { $0.result == nil })
        #expect(pool.connectionCount == 2)
        pool.giveBack(second)
        #expect(waiting[0].connection === second)
        pool.giveBack(first)
        #expect(waiting[1].connection === first)
        #expect(waiting[2].result == nil)
        #expect(upstream.openedConnections == 2)
    }

    @Test func `the place of a discarded connection goes to a request that waits`() throws {
        let upstream = try silentUpstream()
        var asking = Asking(upstream)
        asking.maximumConnections = 1
        let first = try harness.connect(asking.request)
        let waiting = harness.take(asking.request)
        pool.discard(first)
        try harness.turn(until: "a new connection") { waiting.connection != nil }
        #expect(waiting.connection !== first)
        #expect(pool.connectionCount == 1)
    }

    @Test func `the place of a connection that cannot be made goes to a request that waits`() throws {
        var asking = Asking(port: try freePort())
        asking.maximumConnections = 1
        let takings = (0..<5).map { _ in harness.take(asking.request) }
        try harness.turn(until: "all fail") { takings.allSatisfy { $0.failure == .unreachable } }
        #expect(pool.connectionCount == 0)
    }

    @Test func `a returned connection that has ended makes room and is not handed out`() throws {
        let upstream = try ScriptedUpstream { connection in
            if connection.index > 0 { try connection.awaitClose(within: .seconds(60)) }
        }
        var asking = Asking(upstream)
        asking.maximumConnections = 1
        let first = try readableConnection(asking.request)
        let waiting = (0..<2).map { _ in harness.take(asking.request) }
        pool.giveBack(first)
        try harness.turn(until: "a new connection") { waiting[0].connection != nil }
        #expect(waiting[0].connection !== first)
        #expect(waiting[1].result == nil)
        #expect(pool.connectionCount == 1)
    }

    @Test func `who waits and gives up is passed over`() throws {
        let upstream = try silentUpstream()
        var asking = Asking(upstream)
        asking.maximumConnections = 1
        let first = try harness.connect(asking.request)
        let waiting = (0..<2).map { _ in harness.take(asking.request) }
        if let ticket = waiting[0].ticket { pool.cancel(ticket) }
        pool.giveBack(first)
        #expect(waiting[0].result == nil)
        #expect(waiting[1].connection === first)
    }

    @Test func `who has waited for connectTimeout is told so, and its turn goes to the next`() throws {
        let upstream = try silentUpstream()
        var asking = Asking(upstream)
        asking.maximumConnections = 1
        let first = try harness.connect(asking.request)
        let waiting = harness.take(asking.with { $0.connectTimeout = .milliseconds(50) })
        let patient = harness.take(asking.request)
        try harness.turn(until: "the wait ends") { waiting.result != nil }
        #expect(waiting.failure == .busy)
        pool.giveBack(first)
        #expect(patient.connection === first)
        #expect(pool.connectionCount == 1)
    }

    @Test func `who waits for a fresh connection gets no used one`() throws {
        let upstream = try silentUpstream()
        var asking = Asking(upstream)
        asking.maximumConnections = 1
        let first = try harness.connect(asking.request)
        let waiting = harness.take(asking.request, fresh: true)
        pool.giveBack(first)
        try harness.turn(until: "a connection") { waiting.connection != nil }
        #expect(waiting.connection?.isReused == false)
        #expect(pool.connectionCount == 1)
    }

    @Test func `a fresh connection at the bound takes the place of an unused one`() throws {
        let upstream = try silentUpstream()
        var asking = Asking(upstream)
        asking.maximumConnections = 1
        let first = try harness.connect(asking.request)
        pool.giveBack(first)
        #expect(try harness.connect(asking.request, fresh: true) !== first)
        #expect(first.isClosed)
        #expect(pool.connectionCount == 1)
    }

    // MARK: The guard

    @Test func `a pooled connection is judged by the guard of the request that takes it`() throws {
        let upstream = try silentUpstream()
        let asking = Asking(upstream)
        let first = try harness.connect(asking.request)
        pool.giveBack(first)
        let strict = asking.with { asking in
            asking.guardNumber = 1
            asking.access = .none
        }
        guard case .addressRefused = try harness.failure(strict) else {
            Issue.record("the guard was passed by")
            return
        }
        #expect(first.isClosed)
        try eventually("the upstream has counted it") { upstream.openedConnections == 1 }
    }

    @Test func `a pooled connection that passes another guard is handed out`() throws {
        let upstream = try silentUpstream()
        let asking = Asking(upstream)
        let first = try harness.connect(asking.request)
        pool.giveBack(first)
        #expect(try harness.connect(asking.with { $0.guardNumber = 1 }) === first)
        #expect(first.passedGuard == 1)
    }

    @Test func `a pooled connection to what has become an own address is not used`() throws {
        let upstream = try silentUpstream()
        let asking = Asking(upstream)
        pool.giveBack(try harness.connect(asking.request))
        let address = try #require(IPAddress("127.0.0.1"))
        let own = asking.with { asking in
            asking.guardNumber = 1
            asking.own = [SocketAddress(address, port: UInt16(upstream.port))]
        }
        #expect(try harness.failure(own) == .ownAddress)
        try eventually("the upstream has counted it") { upstream.openedConnections == 1 }
    }
}
