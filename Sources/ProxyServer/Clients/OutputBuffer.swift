import Sockets

/// Bytes on their way to a socket: appended at one end, sent from the other.
struct OutputBuffer {
    /// Above so many waiting bytes nothing more is read for this socket.
    static let highWaterMark = 65_536

    private var bytes: [UInt8] = []
    private var start = 0

    /// How many bytes wait.
    var count: Int { bytes.count - start }

    /// How many bytes are held, those that were sent and are still there included.
    var heldBytes: Int { bytes.count }

    /// Whether nothing waits.
    var isEmpty: Bool { start == bytes.count }

    /// Whether the source is to be paused.
    var isFull: Bool { count >= Self.highWaterMark }

    /// Appends what a body writes.
    ///
    /// - Returns: Whether nothing had waited.
    @discardableResult
    mutating func append(from pool: BufferPool, _ body: (inout [UInt8]) -> Void) -> Bool {
        let wasEmpty = isEmpty
        if bytes.capacity == 0 { bytes = pool.takeForWriting() }
        body(&bytes)
        return wasEmpty
    }

    /// What became of sending.
    enum Progress {
        /// All is sent.
        case drained
        /// The socket has no room; `sent` bytes went out before.
        case blocked(sent: Int)
        /// The connection is broken.
        case failed
    }

    /// Sends until nothing waits or the socket has no room, and gives an empty buffer back.
    mutating func send(
        returningTo pool: BufferPool,
        _ send: ([UInt8], Range<Int>) -> StreamResult
    ) -> Progress {
        let before = start
        while start < bytes.count {
            switch send(bytes, start..<bytes.count) {
            case .bytes(let count): start += count
            case .wouldBlock:
                let sent = start - before
                compact()
                return .blocked(sent: sent)
            case .endOfStream, .failed: return .failed
            }
        }
        release(to: pool)
        return .drained
    }

    /// Forgets what waits.
    mutating func release(to pool: BufferPool) {
        guard bytes.capacity > 0 else { return }
        var emptied: [UInt8] = []
        swap(&emptied, &bytes)
        start = 0
        pool.giveBack(written: emptied)
    }

    /// Keeps a slow reader's buffer from growing by what has been sent already.
    ///
    /// Only once more has been sent than waits: a large answer would otherwise be moved again and again.
    private mutating func compact() {
        guard start >= Self.highWaterMark, start >= count else { return }
        bytes.removeSubrange(..<start)
        start = 0
    }
}
