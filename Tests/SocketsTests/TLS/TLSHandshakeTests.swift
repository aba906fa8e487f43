import COpenSSL
import Glibc
import TestSupport
import Testing

@testable import Sockets

@Suite struct TLSHandshakeTests {
    private func context() throws -> TLSContext { try TestIdentities.context() }

    // MARK: What is no handshake

    @Test(arguments: ["GET / HTTP/1.1\r\n", "OPTIONS * HTTP/1.1\r\n", "P"])
    func `plain HTTP is known as such, and left to be read`(text: String) throws {
        let pair = try TLSPair(context())
        _ = StreamSocket(pair.sockets.far).send(Array(text.utf8), 0..<text.utf8.count)
        #expect(pair.server.handshake() == .plainHTTP)
        var buffer = [UInt8](repeating: 0, count: 100)
        #expect(StreamSocket(pair.sockets.near).receive(into: &buffer) == .bytes(text.utf8.count))
    }

    @Test(arguments: [[0x16, 0x03, 0x01, 0x00, 0x01, 0x00], [0x00, 0xFF, 0x80, 0x80, 0x01, 0x02], [0x0A]])
    func `garbage fails, and the next connection does not suffer`(bytes: [UInt8]) throws {
        let context = try context()
        let pair = try TLSPair(context)
        _ = StreamSocket(pair.sockets.far).send(bytes, 0..<bytes.count)
        pair.sockets.closeFar()
        let outcome = pair.server.handshake()
        guard case .failed = outcome else { return #expect(outcome == .failed(reason: "")) }
        #expect(pair.server.finish())
        #expect(try TLSPair(context).connect() == .done)
        #expect(ERR_peek_error() == 0)
    }

    @Test func `a hello cut at any byte waits, and fails where the connection ends`() throws {
        let context = try context()
        let client = try SocketPair()
        _ = TLSClient(client.near, name: "localhost").handshake()
        var hello = [UInt8](repeating: 0, count: 4_096)
        guard case .bytes(let count) = StreamSocket(client.far).receive(into: &hello) else {
            throw TimedOut("a hello")
        }
        for end in 0..<count {
            let pair = try TLSPair(context)
            _ = StreamSocket(pair.sockets.far).send(hello, 0..<end)
            #expect(pair.server.handshake() == .waiting)
            pair.sockets.closeFar()
            #expect(try pair.server.failsToShakeHands(), "\(end)")
        }
    }

    // MARK: Protocols

    @Test(arguments: [(["http/1.1"], "http/1.1"), (["h2", "http/1.1"], "http/1.1"), ([], "")])
    func `http/1.1 is chosen where protocols are offered`(offered: [String], chosen: String) throws {
        let pair = try TLSPair(context(), protocols: offered)
        #expect(try pair.connect() == .done)
        #expect(pair.client.chosenProtocol == chosen)
    }

    @Test(arguments: [["h2"], ["http/1.0", "h3"], ["http/1.10"]])
    func `a client that offers only others is refused`(offered: [String]) throws {
        let pair = try TLSPair(context(), protocols: offered)
        guard case .failed(let reason) = try pair.connect() else { throw TimedOut("a refusal") }
        #expect(reason.contains("application protocol"))
    }

    // MARK: Names

    @Test(arguments: [
        ("localhost", "localhost"), ("example.com", "example"), ("EXAMPLE.com.", "example"),
        ("a.example.com", "example"), ("b.a.example.com", "localhost"), ("example.org", "localhost"),
        (nil, "localhost"),
    ])
    func `the certificate is the one for the name, else the first`(name: String?, served: String) throws {
        for version in [TLS1_2_VERSION, TLS1_3_VERSION] {
            let pair = try TLSPair(context(), name: name, version: version)
            #expect(try pair.connect() == .done)
            #expect(pair.client.serverName == served)
        }
    }

    // MARK: Resumption

    private func ticket(_ context: TLSContext, version: Int32, name: String?) throws -> TLSTicket {
        let pair = try TLSPair(context, name: name, version: version)
        try pair.connect()
        #expect(!pair.client.isResumed)
        // In TLS 1.3 tickets come behind the handshake.
        _ = pair.serverSends("x")
        _ = pair.clientReads()
        return pair.client.ticket
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION], [nil, "example.com"])
    func `a session is resumed by any context with the same ticket keys`(
        version: Int32,
        name: String?
    ) throws {
        let keys = TLSTicketKeys()
        let ticket = try ticket(TestIdentities.context(keys), version: version, name: name)
        let other = try TestIdentities.context(keys)
        let pair = try TLSPair(other, name: name, version: version, resuming: ticket)
        #expect(try pair.connect() == .done)
        #expect(pair.client.isResumed)
        #expect(pair.serverSends("x") == .bytes(1))
        #expect(pair.clientReads() == "x")
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `a ticket of other keys means a whole handshake`(version: Int32) throws {
        let ticket = try ticket(context(), version: version, name: nil)
        let pair = try TLSPair(context(), version: version, resuming: ticket)
        #expect(try pair.connect() == .done)
        #expect(!pair.client.isResumed)
    }

    @Test func `a ticket key is replaced after its time, and read for as long again`() {
        let keys = TLSTicketKeys()
        let start = MonotonicTime.now()
        let hours = { (count: UInt64) in start.advanced(byNanoseconds: count * 3_600_000_000_000) }
        let first = keys.current(at: start)
        #expect(keys.current(at: hours(3)) == first)
        let second = keys.current(at: hours(5))
        #expect(second != first)
        #expect(keys.key(named: first.name, at: hours(5)) == first)
        #expect(keys.key(named: first.name, at: hours(10)) == nil)
        #expect(keys.key(named: second.name, at: hours(10)) == second)
        // After a long rest nothing old is taken.
        #expect(keys.key(named: second.name, at: hours(30)) == nil)
        #expect(keys.current(at: hours(30)) != second)
    }
}
