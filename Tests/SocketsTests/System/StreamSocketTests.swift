import Glibc
import IPAddresses
import TestSupport
import Testing

@testable import Sockets

@Suite struct StreamSocketTests {
    @Test func `a part of a buffer is sent, and stored at the start of another`() throws {
        let pair = try SocketPair()
        #expect(StreamSocket(pair.far).send(Array("xhello".utf8), 1..<6) == .bytes(5))
        var buffer = Array("........".utf8)
        #expect(StreamSocket(pair.near).receive(into: &buffer) == .bytes(5))
        #expect(String(decoding: buffer, as: UTF8.self) == "hello...")
    }

    @Test func `no more is read than there is room for`() throws {
        let pair = try SocketPair()
        let socket = StreamSocket(pair.near)
        _ = StreamSocket(pair.far).send(Array("hello".utf8), 0..<5)
        var buffer = [UInt8](repeating: 0, count: 3)
        #expect(socket.receive(into: &buffer) == .bytes(3))
        #expect(socket.receive(into: &buffer) == .bytes(2))
        #expect(buffer == Array("lol".utf8))
    }

    @Test func `nothing there would block, a shut side is the end, a closed one is an error to write to`()
        throws
    {
        let pair = try SocketPair()
        let socket = StreamSocket(pair.near)
        var buffer = [UInt8](repeating: 0, count: 8)
        #expect(socket.receive(into: &buffer) == .wouldBlock)
        StreamSocket(pair.far).shutdownWriting()
        #expect(socket.receive(into: &buffer) == .endOfStream)
        #expect(socket.send([1], 0..<1) == .bytes(1))
        pair.closeFar()
        // Without a SIGPIPE.
        #expect(socket.send([1], 0..<1) == .failed(SystemError("send", code: EPIPE)))
    }

    @Test func `a full socket would block, and takes a part before`() throws {
        let pair = try SocketPair()
        let socket = StreamSocket(pair.near)
        let bytes = [UInt8](repeating: 7, count: 10_000_000)
        var sent = 0
        while case .bytes(let count) = socket.send(bytes, sent..<bytes.count) { sent += count }
        #expect(sent > 0)
        #expect(sent < bytes.count)
        #expect(socket.send(bytes, sent..<bytes.count) == .wouldBlock)
    }

    @Test func `a range beyond the buffer sends nothing`() throws {
        let pair = try SocketPair()
        #expect(StreamSocket(pair.near).send([1], 0..<2) == .wouldBlock)
        #expect(StreamSocket(pair.near).send([], 0..<0) == .wouldBlock)
    }

    @Test func `a reset is an error to the peer, not the end of the stream`() throws {
        let listener = try ListeningSocket(SocketAddress(try #require(IPAddress("127.0.0.1")), port: 0))
        let client = try RawClient(port: Int(listener.port))
        let accepted = try accept(listener)
        StreamSocket(accepted.number).resetOnClose()
        _ = consume accepted
        #expect(try client.readEnding() == .reset)
    }
}

/// Accepts one connection, which has been made already.
func accept(_ listener: borrowing ListeningSocket) throws -> Descriptor {
    var patience = 10_000
    while patience > 0 {
        if case .connection(let descriptor, _) = listener.accept() { return descriptor }
        usleep(1_000)
        patience -= 1
    }
    throw TimedOut("a connection")
}
