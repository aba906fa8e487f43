import Foundation
import IPAddresses
import Sockets
import TestSupport
import Testing

@testable import Upstream

@Suite struct DialerTests {
    private let harness: PoolHarness
    private var pool: ConnectionPool { harness.pool }

    init() throws {
        harness = try PoolHarness()
    }

    // MARK: Failures

    @Test func `a port where nobody listens is unreachable`() throws {
        #expect(try harness.failure(Asking(port: try freePort()).request) == .unreachable)
        #expect(pool.connectionCount == 0)
    }

    @Test func `a handshake that does not end is a timeout`() throws {
        let backlog = try FullBacklog()
        var asking = Asking(port: backlog.port)
        asking.connectTimeout = .milliseconds(300)
        #expect(try harness.failure(asking.request) == .timeout)
        #expect(pool.connectionCount == 0)
    }

    @Test func `many connections to one address start at once, and none waits for a look-up`() throws {
        let backlog = try FullBacklog()
        var asking = Asking(port: backlog.port)
        asking.connectTimeout = .milliseconds(300)
        let takings = (0..<40).map { _ in harness.take(asking.request) }
        try harness.turn(until: "all fail") { takings.allSatisfy { $0.result != nil } }
        #expect(takings.filter { $0.failure == .timeout }.count == takings.count)
    }

    // MARK: The guard

    @Test func `a private address is refused and never connected to`() throws {
        let upstream = try silentUpstream()
        var asking = Asking(upstream)
        asking.access = .none
        for host in ["127.0.0.1", "localhost"] {
            asking.host = host
            guard case .addressRefused = try harness.failure(asking.request) else {
                Issue.record("\(host) is not refused")
                return
            }
        }
        #expect(upstream.openedConnections == 0)
    }

    @Test func `a denied address is refused although private ones are allowed`() throws {
        let upstream = try silentUpstream()
        var asking = Asking(upstream)
        asking.denied = [try #require(NetworkBlock("127.0.0.1/32"))]
        guard case .addressRefused = try harness.failure(asking.request) else {
            Issue.record("the address is not refused")
            return
        }
        #expect(upstream.openedConnections == 0)
    }

    @Test(arguments: [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("0.0.0.0", "127.0.0.2")])
    func `an address that this process listens on is never connected to`(own: String, target: String) throws {
        let upstream = try silentUpstream()
        var asking = Asking(upstream)
        asking.host = target
        let address = try #require(IPAddress(own))
        asking.own = [SocketAddress(address, port: UInt16(upstream.port))]
        #expect(try harness.failure(asking.request) == .ownAddress)
        #expect(upstream.openedConnections == 0)
        asking.own = [SocketAddress(address, port: 1)]
        if target == "127.0.0.1" { #expect(try !harness.connect(asking.request).isClosed) }
    }

    @Test func `every address of the machine is an own one where all are listened on`() throws {
        let upstream = try silentUpstream(host: "0.0.0.0")
        let others = MachineAddresses.shared.current.filter { $0.family == .v4 && !$0.isLoopback }
        let all = try #require(IPAddress("0.0.0.0"))
        for address in others {
            var asking = Asking(upstream)
            asking.host = "\(address)"
            asking.own = [SocketAddress(all, port: UInt16(upstream.port))]
            #expect(try harness.failure(asking.request) == .ownAddress)
            asking.own = [SocketAddress(all, port: 1)]
            #expect(try !harness.connect(asking.request).isClosed)
        }
        #expect(!MachineAddresses.shared.contains(try #require(IPAddress("203.0.113.1"))))
    }

    // MARK: Look-ups

    @Test func `a name whose look-up hangs holds up nobody else, and is looked up twice at most`()
        throws
    {
        let name = HangingNames.name()
        defer { HangingNames.release(name) }
        let upstream = try silentUpstream()
        let hanging = Asking(port: 80).with { $0.host = name }
        let takings = (0..<40).map { _ in harness.take(hanging) }
        try harness.turn(until: "the look-ups hang") { HangingNames.lookups(of: name) == 2 }
        for _ in 0..<3 { _ = try harness.connect(Asking(upstream).request) }
        #expect(try !harness.connect(Asking(upstream).with { $0.host = "localhost" }).isClosed)
        #expect(takings.allSatisfy { $0.result == nil })
        #expect(HangingNames.lookups(of: name) == 2)
    }

    @Test func `a look-up that takes too long fails as one, also for those that wait for their turn`() throws
    {
        let name = HangingNames.name()
        defer { HangingNames.release(name) }
        let hanging = Asking(port: 80).with { asking in
            asking.host = name
            asking.connectTimeout = .milliseconds(300)
        }
        let takings = (0..<20).map { _ in harness.take(hanging) }
        try harness.turn(until: "all fail") { takings.allSatisfy { $0.result != nil } }
        #expect(takings.allSatisfy { $0.failure == .resolutionTimeout })
        #expect(pool.connectionCount == 0)
    }

    @Test func `to give up a look-up that hangs does not wait for it`() throws {
        let name = HangingNames.name()
        // Somebody who waits for the look-ups would be let go in the end, but too late.
        let rescue = Background {
            _ = Result {
                try eventually("the test is over", within: .seconds(20)) { HangingNames.isReleased(name) }
            }
            HangingNames.release(name)
        }
        defer { HangingNames.release(name) }
        let hanging = Asking(port: 80).with { $0.host = name }
        let takings = (0..<12).map { _ in harness.take(hanging) }
        try harness.turn(until: "the look-ups hang") { HangingNames.lookups(of: name) == 2 }
        for case let ticket? in takings.map(\.ticket) { pool.cancel(ticket) }
        #expect(!HangingNames.isReleased(name))
        #expect(!rescue.isFinished)
        #expect(takings.allSatisfy { $0.result == nil })
        #expect(pool.connectionCount == 0)
    }

    @Test func `those that ask for a dead name and leave start no more look-ups of it`() throws {
        let name = HangingNames.name()
        defer { HangingNames.release(name) }
        let hanging = Asking(port: 80).with { asking in
            asking.host = name
            asking.connectTimeout = .milliseconds(300)
        }
        for round in 1...4 {
            let takings = (0..<12).map { _ in harness.take(hanging) }
            try harness.turn(until: "the look-ups hang") { HangingNames.lookups(of: name) == 2 }
            // Those of the second round leave before their time is over, the last ones when it is.
            if round < 3 {
                for case let ticket? in takings.map(\.ticket) { pool.cancel(ticket) }
            } else {
                try harness.turn(until: "all fail") { takings.allSatisfy { $0.result != nil } }
            }
        }
        let upstream = try silentUpstream()
        #expect(try !harness.connect(Asking(upstream).with { $0.host = "localhost" }).isClosed)
        withExtendedLifetime(upstream) {}
        #expect(HangingNames.lookups(of: name) == 2)
    }

    @Test func `those that leave a name that is found hold up nobody who stays`() throws {
        let upstream = try silentUpstream()
        let asking = Asking(upstream).with { $0.host = "localhost" }
        for _ in 0..<40 {
            if let ticket = harness.take(asking).ticket { pool.cancel(ticket) }
        }
        #expect(try !harness.connect(asking).isClosed)
        try eventually("nothing of the others is left") {
            harness.loop.run()
            return upstream.openedConnections - upstream.closedConnections == 1
        }
    }

    @Test func `one client's look-ups of dead names leave places for others, and for configured names`()
        throws
    {
        let harness = try PoolHarness(maximumLookups: 32)
        let names = (0..<40).map { _ in HangingNames.name() }
        let configured = HangingNames.name()
        defer { for name in names + [configured] { HangingNames.release(name) } }
        let upstream = try silentUpstream()
        harness.pool.setConfiguredNames([configured])
        let greedy = (0..<520).map { number in
            harness.take(Asking(port: 80).with { $0.host = names[number % 40] }, for: "192.0.2.1")
        }
        let running = { names.reduce(0) { $0 + HangingNames.lookups(of: $1) } }
        try harness.turn(until: "half of the places are taken") { running() == 16 }
        let quick = harness.take(Asking(upstream).with { $0.host = "localhost" }, for: "192.0.2.2")
        try harness.turn(until: "another client is served") { quick.connection != nil }
        let own = harness.take(Asking(port: 80).with { $0.host = configured }, for: "192.0.2.1")
        try harness.turn(until: "a configured name is looked up") {
            HangingNames.lookups(of: configured) == 1
        }
        #expect(running() == 16)
        // As soon as they end, those that wait go on.
        for name in names { HangingNames.release(name) }
        try harness.turn(until: "all have failed") { greedy.allSatisfy { $0.failure == .unknownHost } }
        #expect(own.result == nil)
        if let ticket = own.ticket { harness.pool.cancel(ticket) }
        withExtendedLifetime(upstream) {}
    }

    @Test func `those that wait for the look-up of a name go on when it ends`() throws {
        let name = HangingNames.name()
        let hanging = Asking(port: 80).with { $0.host = name }
        let takings = (0..<20).map { _ in harness.take(hanging) }
        try harness.turn(until: "the look-ups hang") { HangingNames.lookups(of: name) == 2 }
        HangingNames.release(name)
        try harness.turn(until: "all fail") { takings.allSatisfy { $0.failure == .unknownHost } }
        #expect(HangingNames.lookups(of: name) >= 3)
    }

    @Test func `an address that was found is remembered, and forgotten after some hundred dials`() throws {
        let upstream = try silentUpstream()
        let name = "\(UUID().uuidString.lowercased())\(HangingNames.foundSuffix)"
        let asking = Asking(upstream).with { $0.host = name }
        for _ in 0..<5 { pool.discard(try harness.connect(asking)) }
        #expect(HangingNames.lookups(of: name) == 1)
        let nobody = try freePort()
        for number in 0..<600 {
            let other = Asking(port: nobody).with { $0.host = "127.2.\(number / 250).\(number % 250 + 1)" }
            #expect(try harness.failure(other) == .unreachable)
        }
        pool.discard(try harness.connect(asking))
        #expect(HangingNames.lookups(of: name) == 2)
    }

    @Test func `what was given up is never told`() throws {
        let upstream = try silentUpstream()
        let taking = harness.take(Asking(upstream).request)
        if let ticket = taking.ticket { pool.cancel(ticket) }
        #expect(pool.connectionCount == 0)
        _ = try harness.connect(Asking(upstream).with { $0.profile = 1 })
        #expect(taking.result == nil)
    }

    // MARK: Descriptors

    @Test func `failures and cancellations leave no handler behind`() throws {
        let upstream = try silentUpstream()
        let nobody = try freePort()
        func round() throws {
            _ = try harness.failure(Asking(port: nobody).request)
            _ = try harness.failure(Asking(upstream).with { $0.access = .none })
            if let ticket = harness.take(Asking(upstream).request).ticket { pool.cancel(ticket) }
            pool.discard(try harness.connect(Asking(upstream).request))
        }
        try round()
        let before = harness.loop.handlerCount
        for _ in 0..<20 { try round() }
        #expect(harness.loop.handlerCount == before)
        #expect(pool.connectionCount == 0)
        try eventually("all connections have ended") {
            upstream.closedConnections == upstream.openedConnections
        }
    }
}
