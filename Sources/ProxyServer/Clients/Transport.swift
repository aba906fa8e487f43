import Sockets

/// What the bytes of a connection go through: its socket, or TLS on it.
struct Transport {
    private let socket: StreamSocket
    /// `nil` on plain HTTP, and where TLS is over.
    private var session: TLSSession?

    private var isCut = false

    /// - Parameter session: On the same socket.
    init(_ socket: StreamSocket, session: TLSSession? = nil) {
        self.socket = socket
        self.session = session
    }

    /// What the socket's readiness means for the bytes.
    func translate(_ readiness: Readiness) -> Readiness {
        session?.translate(readiness) ?? readiness
    }

    /// Goes on with the handshake; behind one that finds plain HTTP the bytes are the socket's.
    mutating func handshake() -> TLSSession.Handshake {
        guard let session else { return .done }
        let outcome = session.handshake()
        if outcome == .plainHTTP { self.session = nil }
        return outcome
    }

    /// Reads to the start of a buffer.
    func receive(into buffer: inout [UInt8]) -> StreamResult {
        guard let session else { return socket.receive(into: &buffer, at: 0) }
        return session.receive(into: &buffer, at: 0)
    }

    /// Whether more may be there although a read has left room.
    var mayHaveMore: Bool { session?.mayHaveMore ?? false }

    /// Writes as much as there is room for.
    func send(_ buffer: [UInt8], _ range: Range<Int>) -> StreamResult {
        guard let session else { return socket.send(buffer, range) }
        return session.send(buffer, range)
    }

    /// Tells the client that all has been sent; from then on what it sends can only be thrown away.
    ///
    /// - Returns: Whether the socket may be shut down; otherwise there is no room to say so yet.
    mutating func finish() -> Bool {
        guard let session else { return true }
        guard isCut || session.sendCloseNotify() else { return false }
        self.session = nil
        return true
    }

    /// Has the end look like a cut: a client that asks TLS takes it for nothing else (RFC 8446 §6.1).
    mutating func forgoFinish() {
        isCut = true
    }
}
