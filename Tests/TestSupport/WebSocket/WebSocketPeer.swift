/// One end of a WebSocket that is open, frame by frame.
///
/// Sending and receiving may happen on two threads at once.
package final class WebSocketPeer {
    package let socket: Socket
    package let reader: ByteReader
    /// The head that the other end opened it with: a 101, or a request.
    package let head: MessageHead
    private let isClient: Bool
    /// The server at the other end, kept running for as long as it has this client.
    private let server: ProxyProcess?

    /// The client's end, once it has had its 101.
    init(_ client: RawClient, _ head: MessageHead) {
        (socket, reader, server) = (client.socket, client.reader, client.server)
        self.head = head
        isClient = true
    }

    /// The server's end, once it has sent its 101.
    init(_ connection: ScriptedConnection, _ head: MessageHead) {
        (socket, reader, server) = (connection.socket, connection.reader, nil)
        self.head = head
        isClient = false
    }

    package func send(_ frame: WebSocketFrame) throws {
        try socket.write(bytes(of: frame))
    }

    package func send(_ text: String) throws { try send(.text(text)) }

    /// A frame as this end sends it: a client masks.
    package func bytes(of frame: WebSocketFrame) -> [UInt8] {
        frame.encoded(mask: isClient ? [0x12, 0x9A, 0, 0xFF] : nil)
    }

    /// The next frame; nil where the stream ends at a frame's boundary.
    ///
    /// - Throws: `SocketError.ended` where it ends within a frame, or is no frame.
    package func receive() throws -> WebSocketFrame? {
        let start = try reader.read(count: 2)
        if start.isEmpty { return nil }
        guard start.count == 2, let opcode = WebSocketFrame.Opcode(rawValue: start[0] & 0x0F) else {
            throw SocketError.ended("no frame begins with \(start)")
        }
        guard (start[1] & 0x80 != 0) != isClient else {
            throw SocketError.ended("a frame that is masked by a server, or not by a client")
        }
        var length = Int(start[1] & 0x7F)
        if length > 125 {
            length = try reader.read(count: length == 126 ? 2 : 8).reduce(0) { $0 << 8 | Int($1) }
        }
        let key = isClient ? nil : try reader.read(count: 4)
        let payload = try reader.read(count: length)
        guard payload.count == length else { throw SocketError.ended("the stream ended within a frame") }
        return WebSocketFrame(
            opcode,
            key.map { WebSocketFrame.mask(payload, with: $0) } ?? payload,
            isFinal: start[0] & 0x80 != 0
        )
    }

    /// The text of the next frame.
    package func receiveText() throws -> String {
        guard let frame = try receive() else { throw SocketError.ended("the socket ended before a message") }
        return frame.text
    }

    /// Sends each frame back until the other end closes, and closes in return.
    package func echo() throws {
        while let frame = try receive() {
            try send(frame)
            if frame.opcode == .close { return }
        }
    }

    /// Waits until the other end ends the connection, whatever it still sends; FIN or RST.
    @discardableResult
    package func readEnding(within patience: Duration = Deadline.patience) throws -> Socket.Arrival? {
        _ = try reader.readToEnd(within: patience)
        return reader.ending
    }
}

extension RawClient {
    /// Sends a handshake's head, and returns the open socket.
    ///
    /// - Throws: `SocketError.ended` with the answer where it is no 101.
    package func openWebSocket(_ head: String) throws -> WebSocketPeer {
        try send(head)
        let answer = try readHead()
        guard answer.status == 101 else { throw SocketError.ended("no 101 but \(answer)") }
        return WebSocketPeer(self, answer)
    }
}

extension ScriptedConnection {
    /// Reads a handshake and answers it with 101; nil when the peer has closed.
    package func acceptWebSocket(_ fields: [String] = []) throws -> WebSocketPeer? {
        try readRequest().map { try becomeWebSocket(opened: $0, fields) }
    }

    /// Answers a handshake that has been read with 101.
    package func becomeWebSocket(opened request: RecordedRequest, _ fields: [String] = []) throws
        -> WebSocketPeer
    {
        let key = request.value(of: "Sec-WebSocket-Key") ?? ""
        try send(WebSocketHandshake.answer(to: key, fields))
        return WebSocketPeer(self, request.head)
    }
}

extension ScriptedUpstream {
    /// An upstream whose every connection is a WebSocket that a script has.
    package static func webSocket(
        host: String = "127.0.0.1",
        _ fields: [String] = [],
        _ script: @escaping @Sendable (WebSocketPeer) throws -> Void = { try $0.echo() }
    ) throws -> ScriptedUpstream {
        try ScriptedUpstream(host: host) { connection in
            if let socket = try connection.acceptWebSocket(fields) { try script(socket) }
        }
    }
}

extension ProxyProcess {
    /// Opens a WebSocket; the target is what stands behind the first slash.
    package func openWebSocket(
        _ target: String,
        _ fields: [String] = [],
        from source: String? = nil,
        receiveBuffer: Int? = nil
    ) throws -> WebSocketPeer {
        try connect(from: source, receiveBuffer: receiveBuffer)
            .openWebSocket(head("GET", target, WebSocketHandshake.fields + fields))
    }

    /// Sends a handshake, and returns the answer whatever it is.
    package func handshake(_ target: String, _ fields: [String] = []) throws -> RawResponse {
        try request("GET", target, WebSocketHandshake.fields + fields)
    }
}
