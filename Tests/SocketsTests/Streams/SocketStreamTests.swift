import TestSupport
import Testing

@testable import Sockets

@Suite struct SocketStreamTests {
    /// Reads as a connection does: on as long as there may be more, and never where a short read says no.
    private func readAll(of stream: any ByteStream, room: Int) -> String {
        var buffer = [UInt8](repeating: 0, count: room)
        var bytes: [UInt8] = []
        while case .bytes(let count) = stream.receive(into: &buffer) {
            bytes += buffer[..<count]
            if count < room, !stream.mayHaveMore { break }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: [1, 3, 7, 100])
    func `early bytes come first, wherever the cut is`(room: Int) throws {
        let text = Array("a head and a body".utf8)
        for cut in 0...text.count {
            let pair = try SocketPair()
            if cut < text.count { _ = StreamSocket(pair.far).send(text, cut..<text.count) }
            let stream = SocketStream(StreamSocket(pair.near), early: Array(text[..<cut]))
            #expect(readAll(of: stream, room: room) == "a head and a body", "\(cut)")
            #expect(!stream.mayHaveMore || room == 1)
        }
    }

    @Test func `behind early bytes there may be more, until the socket has been read`() throws {
        let pair = try SocketPair()
        var buffer = [UInt8](repeating: 0, count: 4)
        let stream = SocketStream(StreamSocket(pair.near), early: Array("early".utf8))
        #expect(stream.mayHaveMore)
        #expect(!stream.isSilent)
        #expect(stream.receive(into: &buffer) == .bytes(4))
        #expect(stream.receive(into: &buffer) == .bytes(1))
        #expect(stream.mayHaveMore)
        #expect(stream.receive(into: &buffer) == .wouldBlock)
        #expect(!stream.mayHaveMore)
        #expect(stream.isSilent)
        #expect(!SocketStream(StreamSocket(pair.near)).mayHaveMore)
    }

    @Test func `the end comes behind early bytes`() throws {
        let pair = try SocketPair()
        var buffer = [UInt8](repeating: 0, count: 10)
        let stream = SocketStream(StreamSocket(pair.near), early: Array("early".utf8))
        pair.closeFar()
        #expect(stream.receive(into: &buffer) == .bytes(5))
        #expect(stream.receive(into: &buffer) == .endOfStream)
        #expect(!stream.isSilent)
    }

    @Test func `it sends and ends as its socket does`() throws {
        let pair = try SocketPair()
        let stream: any ByteStream = SocketStream(StreamSocket(pair.near))
        #expect(stream.send([7, 8], 1..<2) == .bytes(1))
        #expect(stream.flush())
        #expect(stream.translate([.writable]) == [.writable])
        #expect(stream.finish())
        var buffer: [UInt8] = [0, 0]
        #expect(StreamSocket(pair.far).receive(into: &buffer) == .bytes(1))
        #expect(buffer == [8, 0])
    }
}
