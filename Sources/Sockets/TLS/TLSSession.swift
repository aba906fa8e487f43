import COpenSSL
import Glibc

/// The server's side of TLS on one connected, non-blocking socket, whose descriptor belongs to somebody else.
@safe
public final class TLSSession {
    /// How far the handshake has come.
    public enum Handshake: Sendable, Equatable {
        /// Done: bytes can be received and sent.
        case done
        /// The poller tells when to go on.
        case waiting
        /// The client speaks HTTP without TLS; nothing has been read.
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
    private let stream: StreamSocket
    /// Made once the client's hello is whole.
    private var ssl: OpaquePointer?
    private let socket: UnsafeMutablePointer<corsway_socket>
    private var state = State.untouched
    /// So many bytes have to be there before the hello is looked at again.
    private var helloBytes = 1
    private var readWaitsForRoom = false
    private var writeWaitsForBytes = false

    /// Makes a session of which the client has heard nothing yet.
    public init(_ context: TLSContext, on socket: StreamSocket) {
        self.context = context
        stream = socket
        unsafe self.socket = .allocate(capacity: 1)
        unsafe self.socket.initialize(
            to: corsway_socket(
                number: socket.number,
                fault: 0,
                is_ended: 0,
                was_short: 0,
                empty_records: -1,
                record_left: 0
            )
        )
    }

    deinit {
        unsafe SSL_free(ssl)
        unsafe socket.deallocate()
    }

    // MARK: The handshake

    /// Goes on with the handshake as far as it comes.
    public func handshake() -> Handshake {
        if case .untouched = state, let outcome = awaitHello() { return outcome }
        return goOn { $0.advance() }
    }

    /// Takes a step again where nothing can come any more: what came before the end must not be missed.
    private func goOn(_ step: (TLSSession) -> Handshake) -> Handshake {
        var outcome = step(self)
        guard outcome == .waiting, !readWaitsForRoom, stream.peerHasClosed else { return outcome }
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
        let count = stream.waitingBytes
        guard count >= helloBytes else { return .waiting }
        let bytes = stream.peek(min(count, ClientHelloWait.maximumBytes))
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
            _ = stream.receive(into: &rest, at: 0)
            _ = stream.send(error.record, 0..<error.record.count)
            return fail(error.reason)
        }
    }

    /// Makes OpenSSL's part of the session, which reads so many bytes first.
    private func begin(_ count: Int) -> Bool {
        ERR_clear_error()
        unsafe ssl = unsafe SSL_new(context.first)
        guard unsafe ssl != nil, unsafe corsway_ssl_attach(ssl, context.method, socket) == 1 else {
            return false
        }
        unsafe SSL_set_accept_state(ssl)
        unsafe socket.pointee.record_left = Int32(count)
        state = .handshaking
        return true
    }

    private func advance() -> Handshake {
        readWaitsForRoom = false
        ERR_clear_error()
        let code = unsafe SSL_do_handshake(ssl)
        if code == 1 {
            state = .open
            unsafe socket.pointee.empty_records = 0
            return .done
        }
        switch unsafe SSL_get_error(ssl, code) {
        case SSL_ERROR_WANT_READ: return .waiting
        case SSL_ERROR_WANT_WRITE:
            readWaitsForRoom = true
            return .waiting
        default:
            defer { ERR_clear_error() }
            return fail(unsafe socket.pointee.fault != 0 ? "the connection broke" : opensslReason())
        }
    }

    /// What a socket's readiness means here: TLS may have to write before it can read, and the other way round.
    public func translate(_ readiness: Readiness) -> Readiness {
        var readiness = readiness
        if readWaitsForRoom, readiness.contains(.writable) { readiness.insert(.readable) }
        if writeWaitsForBytes, readiness.contains(.readable) { readiness.insert(.writable) }
        return readiness
    }

    // MARK: Bytes

    /// Whether another `receive` may give something, although the last one left room.
    ///
    /// A record is received at a time: only when OpenSSL holds none and the socket gave less than was asked for
    /// is nothing left.
    public var mayHaveMore: Bool {
        unsafe socket.pointee.was_short == 0 || SSL_has_pending(ssl) == 1
    }

    /// Reads bytes to the end of a buffer that has room for them.
    ///
    /// The end of the stream is a close_notify; a connection that ends without one has `failed`, and so has one
    /// on which records come that hold nothing: each costs as much as one with bytes, and none would end the call.
    public func receive(into buffer: inout [UInt8], at count: Int) -> StreamResult {
        guard count < buffer.count else { return .wouldBlock }
        var received = 0
        readWaitsForRoom = false
        ERR_clear_error()
        let code = unsafe buffer.withUnsafeMutableBytes { bytes in
            unsafe SSL_read_ex(
                ssl,
                bytes.baseAddress.map { unsafe $0 + count },
                bytes.count - count,
                &received
            )
        }
        if code == 1 {
            // A record of its own, and new keys now and then in a long stream.
            let paid = Int32(clamping: 1 + received / 1_024)
            unsafe socket.pointee.empty_records = max(0, socket.pointee.empty_records - paid)
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
    ///
    /// What would block is to be sent again with no fewer bytes; the buffer may have moved by then.
    public func send(_ buffer: [UInt8], _ range: Range<Int>) -> StreamResult {
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
        let fault = unsafe socket.pointee.fault
        let reason = unsafe socket.pointee.is_ended != 0 ? ECONNRESET : EPROTO
        return .failed(SystemError(operation, code: fault != 0 ? fault : reason))
    }

    // MARK: Ending

    /// Tells the client that nothing more comes, so that it knows a whole response from a cut-off one.
    ///
    /// - Returns: Whether that is out, or never will be; otherwise it is to be called again.
    public func sendCloseNotify() -> Bool {
        guard case .open = state else { return true }
        ERR_clear_error()
        let code = unsafe SSL_shutdown(ssl)
        if code < 0, unsafe SSL_get_error(ssl, code) == SSL_ERROR_WANT_WRITE { return false }
        state = .over
        ERR_clear_error()
        return true
    }
}
