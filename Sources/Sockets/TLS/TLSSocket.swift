import COpenSSL

/// What OpenSSL reads from and writes to: a socket, whose bytes come behind those that were read before TLS began.
///
/// Its descriptor belongs to somebody else.
@safe
struct TLSSocket: ~Copyable {
    /// The socket itself, without the early bytes.
    let plain: StreamSocket
    /// For OpenSSL's functions; valid while the value lives.
    let state: UnsafeMutablePointer<corsway_socket>

    /// - Parameter early: Bytes that were read from the socket already; they come first.
    init(_ socket: StreamSocket, early: [UInt8]) {
        plain = socket
        unsafe state = .allocate(capacity: 1)
        unsafe state.initialize(to: corsway_socket())
        unsafe state.pointee.number = socket.number
        unsafe state.pointee.empty_records = -1
        if unsafe corsway_keep_early(state, early, early.count) == 0 {
            unsafe state.pointee.fault = SystemError.outOfMemory.code
        }
    }

    deinit {
        unsafe corsway_forget_early(state)
        unsafe state.deallocate()
    }

    /// How many bytes can be read at once.
    var waitingBytes: Int { unsafe max(0, corsway_waiting_count(state)) }

    /// At most so many of the bytes that can be read, which stay there.
    func peek(_ limit: Int) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: limit) { bytes, count in
            count = unsafe max(0, corsway_look(state, bytes.baseAddress, limit))
        }
    }

    /// The bytes as they come, from the first one that nobody has read.
    func withoutTLS() -> SocketStream {
        let count = unsafe corsway_early_count(state)
        let early = unsafe [UInt8](unsafeUninitializedCapacity: count) { bytes, filled in
            filled = unsafe corsway_copy_early(state, bytes.baseAddress, count)
        }
        return SocketStream(plain, early: early)
    }

    /// The errno of the call that failed, else 0.
    var fault: Int32 { unsafe state.pointee.fault }

    /// Whether the peer has closed its side.
    var isEnded: Bool { unsafe state.pointee.is_ended != 0 }

    /// Whether the last read got less than it had room for: then the socket was empty.
    var wasEmptied: Bool { unsafe state.pointee.was_short != 0 }

    /// More has come since the last read.
    func noteArrival() {
        unsafe state.pointee.was_short = 0
    }

    /// Lets so many bytes be read: the records of a hello.
    func release(_ count: Int) {
        unsafe state.pointee.record_left = Int32(count)
    }

    /// From now on the records that bring nothing count.
    func endHandshake() {
        unsafe state.pointee.empty_records = 0
    }

    /// Takes off the records that brought so many bytes, and new keys now and then in a long stream.
    func pay(forBytes count: Int) {
        let paid = Int32(clamping: 1 + count / 1_024)
        unsafe state.pointee.empty_records = max(0, state.pointee.empty_records - paid)
    }
}
