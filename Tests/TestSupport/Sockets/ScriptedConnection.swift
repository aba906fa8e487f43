/// The upstream's end of one connection, in the hands of a script.
package final class ScriptedConnection {
    /// Which of the upstream's connections this is, from 0.
    package let index: Int
    package let socket: Socket
    package let reader: ByteReader
    private let record: (RecordedRequest) -> Void

    init(index: Int, socket: Socket, record: @escaping (RecordedRequest) -> Void) {
        self.index = index
        self.socket = socket
        self.record = record
        reader = ByteReader(socket: socket)
    }

    /// Reads one request to its end and records it; nil when the peer has closed.
    package func readRequest() throws -> RecordedRequest? {
        guard let head = try readHead() else { return nil }
        var stream = body(of: head)
        let bytes = try stream.rest()
        guard stream.isComplete else { throw SocketError.ended("the request was cut off") }
        let request = RecordedRequest(connection: index, head: head, body: bytes)
        record(request)
        return request
    }

    /// Reads a request's head only; nothing is recorded.
    package func readHead() throws -> MessageHead? {
        try reader.read(through: [13, 10, 13, 10], within: .seconds(60)).map { MessageHead($0) }
    }

    /// The body behind a head that `readHead` returned.
    package func body(of head: MessageHead) -> BodyStream {
        BodyStream(reader, framing: head.framing(ofResponseTo: nil))
    }

    package func send(_ text: String) throws { try socket.write(Array(text.utf8)) }

    package func send(_ bytes: [UInt8]) throws { try socket.write(bytes) }

    /// Sends one chunk of a chunked body.
    package func sendChunk(_ bytes: [UInt8]) throws {
        try send(Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + [13, 10])
    }

    /// Waits until the peer ends the connection.
    package func awaitClose(within patience: Duration = Deadline.patience) throws {
        _ = try reader.readToEnd(within: patience)
    }

    /// Whether the peer has ended the connection by now.
    package func hasEnded() throws -> Bool { try reader.hasEnded() }

    package func close() { socket.close() }

    package func reset() { socket.reset() }
}
