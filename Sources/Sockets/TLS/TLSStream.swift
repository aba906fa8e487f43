import COpenSSL

/// A connection's bytes under TLS, of which this is the server's side.
@safe
public final class TLSStream: ByteStream {
    /// How far the handshake has come.
    public enum Handshake: Sendable, Equatable {
        /// Done: bytes can be received and sent.
        case done
        /// The poller tells when to go on.
        case waiting
        /// The client speaks HTTP without TLS: the bytes are those of `withoutTLS()`.
        case plainHTTP
        /// It cannot succeed; the client has been told why where there is an alert for it.
        case failed(reason: String)
    }

    private enum State {
        case untouched
        case handshaking
        case open
        /// Nothing more may be sent: the connection is broken, or a close_notify is out.
        case over
    }

    private let context: TLSContext
    private let socket: TLSSocket
    /// Made once the client's hello is whole, and gone once all has been sent.
    private var ssl: OpaquePointer?
    private var state = State.untouched
    /// So many bytes have to be there before the hello is looked at again.
    private var helloBytes = 1
    private var readWaitsForRoom = false
    private var writeWaitsForBytes = false
    /// Whether the client is not to hear that all has been sent.
    private var isCut = false
    /// Whether the client has heard, or never will: what it still sends is not decrypted.
    private var isFinished = false

    /// Makes a stream of which the client has heard nothing yet.
    ///
    /// - Parameter early: Bytes that were read from the socket already; they come first.
    public init(_ context: TLSContext, on socket: StreamSocket, early: [UInt8] = []) {
        self.context = context
        self.socket = TLSSocket(socket, early: early)
    }

    deinit {
        unsafe SSL_free(ssl)
    }

    // MARK: The handshake

    /// Goes on with the handshake as far as it comes.
    public func handshake() -> Handshake {
        if case .untouched = state, let outcome = awaitHello() { return outcome }
        return goOn { $0.advance() }
    }

    /// The connection's bytes where the handshake has found plain HTTP: none of them has been used.
    public func withoutTLS() -> SocketStream { socket.withoutTLS() }

    /// Takes a step again where nothing can come any more: what came before the end must not be missed.
    private func goOn(_ step: (TLSStream) -> Handshake) -> Handshake {
        var outcome = step(self)
        guard outcome == .waiting, !readWaitsForRoom, socket.plain.peerHasClosed else { return outcome }
        outcome = step(self)
        return outcome == .waiting ? fail("the connection ended early") : outcome
    }

    private func fail(_ reason: String) -> Handshake {
        state = .over
        return .failed(reason: reason)
    }

    /// Returns nil once the hello is whole and OpenSSL is there to read it.
    private func awaitHello() -> Handshake? {
        let outcome = goOn { $0.lookForHello() }
        return outcome == .done ? nil : outcome
    }

    private func lookForHello() -> Handshake {
        guard socket.fault == 0 else { return fail("there is no memory") }
        let count = socket.waitingBytes
        guard count >= helloBytes else { return .waiting }
        let bytes = socket.peek(min(count, ClientHelloWait.maximumBytes))
        do throws(TLSAlert) {
            switch try ClientHelloWait.look(at: bytes.span) {
            case .plainHTTP: return .plainHTTP
            case .waits(let count):
                helloBytes = count
                return .waiting
            case .whole(let count): return begin(count) ? .done : fail("there is no memory")
            }
        } catch {
            // Bytes that are left unread would have the connection end in a reset, and the alert be lost.
            var rest = [UInt8](repeating: 0, count: ClientHelloWait.maximumBytes)
            _ = socket.plain.receive(into: &rest)
            _ = socket.plain.send(error.record, 0..<error.record.count)
            return fail(error.reason)
        }
    }

    /// Makes OpenSSL's part of the stream, which reads so many bytes first.
    private func begin(_ count: Int) -> Bool {
        ERR_clear_error()
        unsafe ssl = unsafe SSL_new(context.first)
        guard unsafe ssl != nil, unsafe corsway_ssl_attach(ssl, context.method, socket.state) == 1 else {
            return false
        }
        unsafe SSL_set_accept_state(ssl)
        socket.release(count)
        state = .handshaking
        return true
    }

    private func advance() -> Handshake {
        readWaitsForRoom = false
        ERR_clear_error()
        let code = unsafe SSL_do_handshake(ssl)
        if code == 1 {
            state = .open
            socket.endHandshake()
            return .done
        }
        switch unsafe SSL_get_error(ssl, code) {
        case SSL_ERROR_WANT_READ: return .waiting
        case SSL_ERROR_WANT_WRITE:
            readWaitsForRoom = true
            return .waiting
        default:
            defer { ERR_clear_error() }
            return fail(socket.fault != 0 ? "the connection broke" : opensslReason())
        }
    }

    // MARK: Bytes

    /// What a socket's readiness means here: TLS may have to write before it can read, and the other way round.
    public func translate(_ readiness: Readiness) -> Readiness {
        var readiness = readiness
        // A record that OpenSSL holds already is returned without a read, after which the socket is not asked.
        if readiness.contains(.readable) { socket.noteArrival() }
        if readWaitsForRoom, readiness.contains(.writable) { readiness.insert(.readable) }
        if writeWaitsForBytes, readiness.contains(.readable) { readiness.insert(.writable) }
        return readiness
    }

    /// Whether another `receive` may give something, although the last one left room.
    ///
    /// A record is received at a time: only when OpenSSL holds none and the socket gave less than was asked for
    /// is nothing left.
    public var mayHaveMore: Bool {
        unsafe !isFinished && (!socket.wasEmptied || SSL_has_pending(ssl) == 1)
    }

    /// Reads to the start of a buffer.
    ///
    /// The end of the stream is a close_notify; a connection that ends without one has `failed`, and so has one
    /// on which records come that hold nothing: each costs as much as one with bytes, and none would end the call.
    public func receive(into buffer: inout [UInt8]) -> StreamResult {
        guard !isFinished else { return socket.plain.receive(into: &buffer) }
        guard !buffer.isEmpty else { return .wouldBlock }
        var received = 0
        readWaitsForRoom = false
        ERR_clear_error()
        let code = unsafe buffer.withUnsafeMutableBytes { bytes in
            unsafe SSL_read_ex(ssl, bytes.baseAddress, bytes.count, &received)
        }
        if code == 1 {
            socket.pay(forBytes: received)
            return .bytes(received)
        }
        switch unsafe SSL_get_error(ssl, code) {
        case SSL_ERROR_WANT_READ: return .wouldBlock
        case SSL_ERROR_WANT_WRITE:
            readWaitsForRoom = true
            return .wouldBlock
        case SSL_ERROR_ZERO_RETURN: return .endOfStream
        default: return broken("SSL_read")
        }
    }

    /// Writes a part of a buffer, at most one record of it.
    public func send(_ buffer: [UInt8], _ range: Range<Int>) -> StreamResult {
        guard !isFinished else { return .failed(.finished("SSL_write")) }
        guard range.upperBound <= buffer.count, !range.isEmpty else { return .wouldBlock }
        var sent = 0
        writeWaitsForBytes = false
        ERR_clear_error()
        let code = unsafe buffer.withUnsafeBytes { bytes in
            unsafe SSL_write_ex(
                ssl,
                bytes.baseAddress.map { unsafe $0 + range.lowerBound },
                range.count,
                &sent
            )
        }
        if code == 1 { return .bytes(sent) }
        switch unsafe SSL_get_error(ssl, code) {
        case SSL_ERROR_WANT_WRITE: return .wouldBlock
        case SSL_ERROR_WANT_READ:
            writeWaitsForBytes = true
            return .wouldBlock
        default: return broken("SSL_write")
        }
    }

    /// A connection that ends without a close_notify has been cut, and looks so.
    private func broken(_ operation: StaticString) -> StreamResult {
        state = .over
        ERR_clear_error()
        if socket.fault != 0 { return .failed(SystemError(operation, code: socket.fault)) }
        return .failed(socket.isEnded ? .connectionReset(operation) : .protocolBroken(operation))
    }

    // MARK: Ending

    /// Tells the client that nothing more comes, so that it knows a whole response from a cut-off one.
    ///
    /// What it still sends is then received as it comes, undeciphered: it can only be thrown away, and OpenSSL's
    /// memory is not kept for it.
    public func finish() -> Bool {
        guard isFinished || isCut || sendCloseNotify() else { return false }
        isFinished = true
        readWaitsForRoom = false
        writeWaitsForBytes = false
        unsafe SSL_free(ssl)
        unsafe ssl = nil
        return true
    }

    /// Has the end look like a cut: a client that asks TLS takes it for nothing else (RFC 8446 §6.1).
    public func forgoFinish() {
        isCut = true
    }

    /// - Returns: Whether the close_notify is out, or never will be.
    private func sendCloseNotify() -> Bool {
        guard case .open = state else { return true }
        ERR_clear_error()
        let code = unsafe SSL_shutdown(ssl)
        if code < 0, unsafe SSL_get_error(ssl, code) == SSL_ERROR_WANT_WRITE { return false }
        state = .over
        ERR_clear_error()
        return true
    }
}
