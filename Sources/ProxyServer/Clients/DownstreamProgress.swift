import Sockets

/// When a client last moved, in each direction, and how long it may take to move again.
struct DownstreamProgress {
    private static let lingerNanoseconds: UInt64 = 1_000_000_000
    /// A client that has closed its sending side may only be half-closed, or be gone without a word: after so
    /// long without a byte sent to it, it is probed, or else taken to be gone.
    private static let halfClosedNanoseconds: UInt64 = 1_500_000_000

    /// How long it may take.
    var timeouts: CompiledConfiguration.Timeouts
    /// When it last sent something that was waited for, or when the wait began.
    private var read: MonotonicTime
    /// When it last took something, or when there was first something to take.
    private var written: MonotonicTime
    /// When the sending side was shut down.
    private var shutDown = MonotonicTime.distantFuture

    init(_ timeouts: CompiledConfiguration.Timeouts, now: MonotonicTime) {
        self.timeouts = timeouts
        read = now
        written = now
    }

    mutating func noteRead(at now: MonotonicTime) { read = now }
    mutating func noteWritten(at now: MonotonicTime) { written = now }
    mutating func noteShutDown(at now: MonotonicTime) { shutDown = now }

    /// For the first byte of the next head, where the connection has served one before.
    var idle: MonotonicTime { read.advanced(byNanoseconds: timeouts.idle) }
    /// For the next head, while the program stops: for as long as a request may be on its way.
    func idle(whileDraining grace: UInt64) -> MonotonicTime { read.advanced(byNanoseconds: grace) }
    /// For the whole head.
    var head: MonotonicTime { read.advanced(byNanoseconds: timeouts.header) }
    /// For the next bytes of a body.
    var body: MonotonicTime { read.advanced(byNanoseconds: timeouts.body) }
    /// For taking more of the response.
    var write: MonotonicTime { written.advanced(byNanoseconds: timeouts.write) }
    /// For any sign of life of a client that sends no more.
    var halfClosed: MonotonicTime { max(read, written).advanced(byNanoseconds: Self.halfClosedNanoseconds) }
    /// For closing after the last response.
    var linger: MonotonicTime { shutDown.advanced(byNanoseconds: Self.lingerNanoseconds) }
}
