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
    private let ssl: OpaquePointer
    private let socket: UnsafeMutablePointer<corsway_socket>
    private var state = State.untouched
    private var readWaitsForRoom = false
    private var writeWaitsForBytes = false

    /// Returns nil where there is no memory.
    public init?(_ context: TLSContext, on socket: StreamSocket) {
        ERR_clear_error()
        guard let ssl = unsafe SSL_new(context.first) else { return nil }
        self.context = context
        unsafe self.ssl = unsafe ssl
        unsafe self.socket = .allocate(capacity: 1)
        unsafe self.socket.initialize(
            to: corsway_socket(number: socket.number, fault: 0, is_ended: 0, was_short: 0, empty_records: -1)
        )
        guard unsafe corsway_ssl_attach(ssl, context.method, self.socket) == 1 else { return nil }
        unsafe SSL_set_accept_state(ssl)
    }

    deinit {
        unsafe SSL_free(ssl)
        unsafe socket.deallocate()
    }

    /// Goes on with the handshake as far as it comes.
    public func handshake() -> Handshake {
        if case .untouched = state {
            switch firstByte() {
            case .none where !hasEnded: return .waiting
            // A method's first letter, where TLS has 0x16.
            case .some(UInt8(ascii: "A")...UInt8(ascii: "Z")): return .plainHTTP
            default: state = .handshaking
            }
        }
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
            state = .over
            defer { ERR_clear_error() }
            return .failed(
                reason: unsafe socket.pointee.fault != 0 ? "the connection broke" : opensslReason()
            )
        }
    }

    private func firstByte() -> UInt8? {
        var byte: UInt8 = 0
        let count = unsafe recv(socket.pointee.number, &byte, 1, Int32(MSG_PEEK))
        if count == 1 { return byte }
        if count == 0 {
            unsafe socket.pointee.is_ended = 1
        } else if errno != EAGAIN, errno != EINTR {
            unsafe socket.pointee.fault = errno
        }
        return nil
    }

    private var hasEnded: Bool {
        unsafe socket.pointee.is_ended != 0 || socket.pointee.fault != 0
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
    public func receive(into buffer: inout [UInt8], at count: Int) -> TransferResult {
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
    public func send(_ buffer: [UInt8], _ range: Range<Int>) -> TransferResult {
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
    private func broken(_ operation: StaticString) -> TransferResult {
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
