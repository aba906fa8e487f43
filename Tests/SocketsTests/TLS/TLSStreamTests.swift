import COpenSSL
import Glibc
import TestSupport
import Testing

@testable import Sockets

@Suite struct TLSStreamTests {
    private func context() throws -> TLSContext { try TestIdentities.context() }

    @Test(arguments: [(TLS1_2_VERSION, "TLSv1.2"), (TLS1_3_VERSION, "TLSv1.3")])
    func `bytes go both ways`(version: Int32, name: String) throws {
        let pair = try TLSPair(context(), version: version)
        #expect(try pair.connect() == .done)
        #expect(pair.client.version == name)
        #expect(pair.client.send(Array("hello".utf8)) == .bytes(5))
        var buffer = Array("........".utf8)
        #expect(pair.server.receive(into: &buffer) == .bytes(5))
        #expect(String(decoding: buffer, as: UTF8.self) == "hello...")
        #expect(!pair.server.mayHaveMore)
        #expect(pair.server.receive(into: &buffer) == .wouldBlock)
        #expect(pair.serverSends("answer") == .bytes(6))
        #expect(pair.clientReads() == "answer")
    }

    @Test func `TLS 1.1 is refused`() throws {
        let pair = try TLSPair(context(), version: TLS1_1_VERSION)
        let outcome = try pair.connect()
        guard case .failed(let reason) = outcome else { return #expect(outcome == .waiting) }
        #expect(reason.contains("protocol") || reason.contains("version"), "\(reason)")
    }

    @Test func `a record that has no room goes out later, whole, from a buffer that moved and grew`() throws {
        let pair = try TLSPair(context())
        try pair.connect()
        var waiting = pseudoRandomBytes(3 << 20)
        var expected = waiting
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 10_000)
        var start = 0
        var stops = 0
        while received.count < expected.count {
            sending: while start < waiting.count {
                switch pair.server.send(waiting, start..<waiting.count) {
                case .bytes(let count): start += count
                case .wouldBlock:
                    stops += 1
                    waiting = Array(waiting[start...])
                    start = 0
                    if stops < 50 {
                        waiting += [UInt8](repeating: UInt8(stops), count: 5_000)
                        expected += [UInt8](repeating: UInt8(stops), count: 5_000)
                    }
                    break sending
                default: throw TimedOut("a connection that holds")
                }
            }
            while case .bytes(let count) = pair.client.receive(into: &buffer) { received += buffer[..<count] }
        }
        #expect(stops >= 5)
        #expect(received == expected)
    }

    @Test func `what OpenSSL holds back is reported as more`() throws {
        let pair = try TLSPair(context())
        try pair.connect()
        for text in ["first", "second", "third"] { _ = pair.client.send(Array(text.utf8)) }
        var buffer = [UInt8](repeating: 0, count: 100)
        var text = ""
        repeat {
            guard case .bytes(let count) = pair.server.receive(into: &buffer) else { break }
            // Shorter than the room, and yet not all.
            text += String(decoding: buffer[..<count], as: UTF8.self)
        } while pair.server.mayHaveMore
        #expect(text == "firstsecondthird")
    }

    @Test func `what arrives while OpenSSL holds a record is reported as more`() throws {
        let pair = try TLSPair(context())
        try pair.connect()
        for text in ["first", "second"] { _ = pair.client.send(Array(text.utf8)) }
        var buffer = [UInt8](repeating: 0, count: 100)
        // Both records leave the socket, which is empty then.
        #expect(pair.server.receive(into: &buffer) == .bytes(5))
        _ = pair.client.send(Array("third".utf8))
        _ = pair.server.translate(.readable)
        #expect(pair.server.receive(into: &buffer) == .bytes(6))
        #expect(pair.server.mayHaveMore, "nothing tells of the third record once more")
        #expect(pair.server.receive(into: &buffer) == .bytes(5))
    }

    @Test func `a part of a record waits for the rest`() throws {
        let pair = try TLSPair(context())
        try pair.connect()
        let relay = try SocketPair()
        SSL_set_fd(pair.client.ssl, relay.near)
        _ = pair.client.send(Array("in pieces".utf8))
        var record = [UInt8](repeating: 0, count: 1_000)
        guard case .bytes(let count) = StreamSocket(relay.far).receive(into: &record) else {
            throw TimedOut("a record")
        }
        var buffer = [UInt8](repeating: 0, count: 100)
        for index in 0..<count - 1 {
            _ = StreamSocket(pair.sockets.far).send(record, index..<index + 1)
            #expect(pair.server.receive(into: &buffer) == .wouldBlock)
        }
        _ = StreamSocket(pair.sockets.far).send(record, count - 1..<count)
        #expect(pair.server.receive(into: &buffer) == .bytes(9))
    }

    @Test func `the client's close_notify is the end, a cut is a failure`() throws {
        var buffer = [UInt8](repeating: 0, count: 100)
        let orderly = try TLSPair(context())
        try orderly.connect()
        orderly.client.sendCloseNotify()
        #expect(orderly.server.receive(into: &buffer) == .endOfStream)
        // What has been asked can still be answered.
        #expect(orderly.serverSends("rest") == .bytes(4))
        let cut = try TLSPair(context())
        try cut.connect()
        cut.sockets.closeFar()
        #expect(
            cut.server.receive(into: &buffer) == .failed(SystemError("SSL_read", code: ECONNRESET))
        )
        // Without a SIGPIPE.
        #expect(cut.serverSends("rest") != .bytes(4))
        #expect(cut.server.finish())
    }

    @Test func `a close_notify tells the client a whole response from a cut one`() throws {
        var buffer = [UInt8](repeating: 0, count: 100)
        let orderly = try TLSPair(context())
        try orderly.connect()
        #expect(orderly.server.finish())
        StreamSocket(orderly.sockets.near).shutdownWriting()
        #expect(orderly.client.receive(into: &buffer) == .closed)
        let cut = try TLSPair(context())
        try cut.connect()
        StreamSocket(cut.sockets.near).shutdownWriting()
        #expect(cut.client.receive(into: &buffer) == .failed)
    }

    @Test func `an end that is forgone is a cut, and one after it says nothing`() throws {
        let pair = try TLSPair(context())
        try pair.connect()
        pair.server.forgoFinish()
        #expect(pair.server.finish())
        StreamSocket(pair.sockets.near).shutdownWriting()
        var buffer = [UInt8](repeating: 0, count: 100)
        #expect(pair.client.receive(into: &buffer) == .failed)
    }

    @Test func `behind the end nothing is deciphered or sent`() throws {
        let pair = try TLSPair(context())
        try pair.connect()
        #expect(pair.server.finish())
        #expect(pair.client.send(Array("late".utf8)) == .bytes(4))
        var buffer = [UInt8](repeating: 0, count: 100)
        guard case .bytes(let count) = pair.server.receive(into: &buffer) else { throw TimedOut("a record") }
        #expect(count > 4)
        #expect(!pair.server.mayHaveMore)
        #expect(pair.server.receive(into: &buffer) == .wouldBlock)
        #expect(pair.serverSends("late") == .failed(SystemError("SSL_write", code: EPIPE)))
        #expect(pair.server.finish())
        StreamSocket(pair.sockets.far).shutdownWriting()
        #expect(pair.server.receive(into: &buffer) == .endOfStream)
    }

    @Test func `a close_notify without room is sent again`() throws {
        let pair = try TLSPair(context())
        try pair.connect()
        let filler = [UInt8](repeating: 0, count: 100)
        // Past TLS, so that no record is under way.
        while case .bytes = StreamSocket(pair.sockets.near).send(filler, 0..<filler.count) {}
        #expect(!pair.server.finish())
        var drain = [UInt8](repeating: 0, count: 1 << 20)
        while case .bytes = StreamSocket(pair.sockets.far).receive(into: &drain) {}
        #expect(pair.server.finish())
        // A record of the type that encrypted alerts have in TLS 1.3.
        #expect(StreamSocket(pair.sockets.far).receive(into: &drain) != .wouldBlock)
        #expect(drain[0] == 0x17)
    }

    @Test func `a client may not start a new handshake`() throws {
        let pair = try TLSPair(context(), version: TLS1_2_VERSION)
        try pair.connect()
        _ = pair.client.renegotiate()
        var buffer = [UInt8](repeating: 0, count: 100)
        #expect(pair.server.receive(into: &buffer) == .wouldBlock)
        #expect(pair.client.handshake() == .failed)
    }

    @Test func `a new key of the client is taken`() throws {
        let pair = try TLSPair(context())
        try pair.connect()
        #expect(SSL_key_update(pair.client.ssl, SSL_KEY_UPDATE_REQUESTED) == 1)
        _ = pair.client.send(Array("x".utf8))
        var buffer = [UInt8](repeating: 0, count: 100)
        #expect(pair.server.receive(into: &buffer) == .bytes(1))
        #expect(pair.serverSends("y") == .bytes(1))
        #expect(pair.clientReads() == "y")
    }

    @Test(arguments: [(1, 30), (40, 20), (2_048, 60)])
    func `new keys are taken beside bytes`(bytes: Int, count: Int) throws {
        let pair = try TLSPair(TestIdentities.context())
        try pair.connect()
        var buffer = [UInt8](repeating: 0, count: 65_536)
        for _ in 0..<count {
            SSL_key_update(pair.client.ssl, Int32(SSL_KEY_UPDATE_NOT_REQUESTED))
            #expect(pair.client.send([UInt8](repeating: 1, count: bytes)) == .bytes(bytes))
            #expect(pair.server.receive(into: &buffer) == .bytes(bytes))
        }
    }

    /// One call could hold up all other connections of the shard for as long as such records come.
    @Test(arguments: [0, 1])
    func `a flood of new keys ends the connection`(bytesBetween: Int) throws {
        let pair = try TLSPair(TestIdentities.context())
        try pair.connect()
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var result = StreamResult.wouldBlock
        var updates = 0
        while updates < 200, case .wouldBlock = result {
            for _ in 0..<20 {
                SSL_key_update(pair.client.ssl, Int32(SSL_KEY_UPDATE_NOT_REQUESTED))
                SSL_do_handshake(pair.client.ssl)
                if bytesBetween > 0 { _ = pair.client.send([1]) }
            }
            updates += 20
            repeat { result = pair.server.receive(into: &buffer) } while result == .bytes(1)
        }
        guard case .failed = result else { return #expect(Bool(false), "\(updates) are taken") }
        #expect(updates <= 60)
    }
}
