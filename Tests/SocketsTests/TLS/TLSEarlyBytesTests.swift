import COpenSSL
import TestSupport
import Testing

@testable import Sockets

/// A ClientHello may arrive together with the request that asks for the tunnel: then it has been read already.
@Suite struct TLSEarlyBytesTests {
    /// A change_cipher_spec record, which a client may send behind its hello (RFC 8446 §5).
    private static let filler: [UInt8] = [0x14, 0x03, 0x03, 0x00, 0x01, 0x01]

    /// A client whose hello has been read from its connection.
    private struct ReadHello {
        let sockets: SocketPair
        let client: TLSClient
        let hello: [UInt8]

        init(version: Int32 = TLS1_3_VERSION) throws {
            sockets = try SocketPair()
            client = TLSClient(sockets.far, name: "localhost", version: version)
            _ = client.handshake()
            var buffer = [UInt8](repeating: 0, count: 4_096)
            guard case .bytes(let count) = StreamSocket(sockets.near).receive(into: &buffer) else {
                throw TimedOut("a hello")
            }
            hello = Array(buffer[..<count])
        }

        func server(_ context: TLSContext, early: some Sequence<UInt8>) -> TLSStream {
            TLSStream(context, on: StreamSocket(sockets.near), early: Array(early))
        }

        func send(_ bytes: ArraySlice<UInt8>) {
            _ = StreamSocket(sockets.far).send(Array(bytes), 0..<bytes.count)
        }

        /// Whether both shake hands, and bytes then go both ways.
        func connects(to server: TLSStream) throws -> Bool {
            var answer = TLSClient.Outcome.wouldBlock
            var outcome = TLSStream.Handshake.waiting
            try eventually("the handshake") {
                if outcome == .waiting { outcome = server.handshake() }
                if answer == .wouldBlock { answer = client.handshake() }
                if case .failed = outcome { return true }
                return answer != .wouldBlock && outcome != .waiting
            }
            guard outcome == .done, client.send(Array("ping".utf8)) == .bytes(4) else { return false }
            var buffer = [UInt8](repeating: 0, count: 100)
            guard server.receive(into: &buffer) == .bytes(4), !server.mayHaveMore else { return false }
            guard server.send(Array("pong".utf8), 0..<4) == .bytes(4) else { return false }
            return client.receive(into: &buffer) == .bytes(4)
        }
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `a hello of which any part was read before TLS began is taken`(version: Int32) throws {
        let context = try TestIdentities.context()
        let length = try ReadHello(version: version).hello.count
        for cut in 0...length {
            let client = try ReadHello(version: version)
            let cut = min(cut, client.hello.count)
            let server = client.server(context, early: client.hello[..<cut])
            if cut < client.hello.count {
                #expect(server.handshake() == .waiting)
                client.send(client.hello[cut...])
            }
            #expect(try client.connects(to: server), "\(cut)")
        }
    }

    @Test func `what was read behind the hello comes next`() throws {
        let context = try TestIdentities.context()
        for cut in 0...Self.filler.count {
            let client = try ReadHello()
            let server = client.server(context, early: client.hello + Self.filler[..<cut])
            client.send(Self.filler[cut...])
            #expect(try client.connects(to: server), "\(cut)")
        }
    }

    @Test func `a hello that was read in part fails where the connection ends`() throws {
        let context = try TestIdentities.context()
        let client = try ReadHello()
        for cut in stride(from: 0, to: client.hello.count, by: 7) {
            let pair = try SocketPair()
            let early = Array(client.hello[..<cut])
            let server = TLSStream(context, on: StreamSocket(pair.near), early: early)
            #expect(server.handshake() == .waiting)
            pair.closeFar()
            #expect(try server.failsToShakeHands(), "\(cut)")
        }
    }

    @Test func `plain HTTP is known by an early byte, and none of it is lost`() throws {
        let context = try TestIdentities.context()
        let text = Array("GET / HTTP/1.1\r\n\r\n".utf8)
        for cut in 0...text.count {
            let pair = try SocketPair()
            if cut < text.count { _ = StreamSocket(pair.far).send(text, cut..<text.count) }
            let server = TLSStream(context, on: StreamSocket(pair.near), early: Array(text[..<cut]))
            #expect(server.handshake() == .plainHTTP)
            let plain = server.withoutTLS()
            var buffer = [UInt8](repeating: 0, count: 100)
            var bytes: [UInt8] = []
            while case .bytes(let count) = plain.receive(into: &buffer) { bytes += buffer[..<count] }
            #expect(bytes == text, "\(cut)")
        }
    }

    @Test func `what was read early and is no hello is answered with an alert`() throws {
        let pair = try SocketPair()
        let early: [UInt8] = [0x16, 0x03, 0x01, 0x00, 0x01, 0x00, 0x00]
        let server = try TLSStream(TestIdentities.context(), on: StreamSocket(pair.near), early: early)
        guard case .failed = server.handshake() else { return #expect(Bool(false)) }
        var buffer = [UInt8](repeating: 0, count: 100)
        #expect(StreamSocket(pair.far).receive(into: &buffer) == .bytes(7))
        #expect(buffer[0] == 21)
    }
}
