import Sockets

/// How long a client may take to send what is waited for.
struct ClientPatience {
    /// A client that has closed its sending side may only be half-closed, or be gone without a word: after so
    /// long without a byte sent to it, it is probed, or else taken to be gone.
    private static let halfClosedNanoseconds: UInt64 = 1_500_000_000

    private(set) var timeouts: CompiledConfiguration.Timeouts
    /// When it last sent something that was waited for, or when the wait began.
    private var read: MonotonicTime

    init(_ timeouts: CompiledConfiguration.Timeouts, now: MonotonicTime) {
        self.timeouts = timeouts
        read = now
    }

    mutating func noteRead(at now: MonotonicTime) { read = now }

    /// Other time-outs count from now on, for what is waited for already as well.
    mutating func adopt(_ timeouts: CompiledConfiguration.Timeouts) { self.timeouts = timeouts }

    /// For the first byte of the next head, where the connection has served one before.
    var idle: MonotonicTime { read.advanced(byNanoseconds: timeouts.idle) }
    /// For the next head, while the program stops: for as long as a request may be on its way.
    func idle(whileDraining grace: UInt64) -> MonotonicTime { read.advanced(byNanoseconds: grace) }
    /// For the whole head.
    var head: MonotonicTime { read.advanced(byNanoseconds: timeouts.header) }
    /// For the next bytes of a body.
    var body: MonotonicTime { read.advanced(byNanoseconds: timeouts.body) }
    /// For any sign of life of a client that sends no more.
    func halfClosed(since written: MonotonicTime) -> MonotonicTime {
        max(read, written).advanced(byNanoseconds: Self.halfClosedNanoseconds)
    }
}
