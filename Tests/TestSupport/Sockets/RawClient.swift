/// A client that sends the very bytes it is given and reads what comes back.
package final class RawClient {
    package let socket: Socket
    package let reader: ByteReader
    /// The server at the other end, kept running for as long as it has this client.
    var server: ProxyProcess?

    package init(socket: Socket) {
        self.socket = socket
        reader = ByteReader(socket: socket)
    }

    /// Connects; see `Socket.connect`.
    package convenience init(port: Int, from source: String? = nil, receiveBuffer: Int? = nil) throws {
        self.init(socket: try .connect(to: port, from: source, receiveBuffer: receiveBuffer))
    }

    package func send(_ text: String) throws { try socket.write(Array(text.utf8)) }

    package func send(_ bytes: [UInt8]) throws { try socket.write(bytes) }

    /// Reads one head, interim responses included.
    package func readHead() throws -> MessageHead {
        guard let bytes = try reader.read(through: [13, 10, 13, 10]) else {
            throw SocketError.ended("the connection ended where a response head was due")
        }
        return MessageHead(bytes)
    }

    /// The body behind a head that `readHead` returned.
    package func body(of head: MessageHead, to method: String = "GET") -> BodyStream {
        BodyStream(reader, framing: head.framing(ofResponseTo: method))
    }

    /// Reads one response to its end, however that comes.
    package func readResponse(to method: String = "GET") throws -> RawResponse {
        var interim: [MessageHead] = []
        var head = try readHead()
        while (100..<200).contains(head.status), head.status != 101 {
            interim.append(head)
            head = try readHead()
        }
        var stream = body(of: head, to: method)
        let bytes = try stream.rest()
        return RawResponse(
            interim: interim,
            head: head,
            body: bytes,
            isComplete: stream.isComplete,
            trailers: stream.trailers
        )
    }

    /// Reads one response; nil where the connection ends before there is a head.
    package func readResponseIfAny(to method: String = "GET") throws -> RawResponse? {
        do { return try readResponse(to: method) } catch SocketError.ended { return nil }
    }

    /// Reads up to the end of the connection.
    package func readToEnd(within patience: Duration = Deadline.patience) throws -> String {
        String(decoding: try reader.readToEnd(within: patience), as: UTF8.self)
    }

    /// Reads until a text has come, and returns all up to its end.
    package func read(through text: String) throws -> String {
        guard let bytes = try reader.read(through: Array(text.utf8)) else {
            throw SocketError.ended("the connection ended before \"\(text)\"")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Waits until the peer ends the connection, whatever it still sends; FIN or RST.
    @discardableResult
    package func readEnding(within patience: Duration = Deadline.patience) throws -> Socket.Arrival? {
        _ = try reader.readToEnd(within: patience)
        return reader.ending
    }
}
