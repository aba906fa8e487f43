import Glibc

/// The system's clocks.
enum Clock {
    /// Nanoseconds since an arbitrary start; never goes back.
    static func monotonic() -> UInt64 {
        nanoseconds(read(CLOCK_MONOTONIC))
    }

    /// Since 1970-01-01 UTC: seconds, and 0–999 milliseconds beyond them.
    static func wall() -> (seconds: Int64, milliseconds: Int) {
        let time = read(CLOCK_REALTIME)
        return (Int64(time.tv_sec), Int(time.tv_nsec / 1_000_000))
    }

    /// The processor time of this process, user and system, in nanoseconds.
    static func processor() -> UInt64 {
        nanoseconds(read(CLOCK_PROCESS_CPUTIME_ID))
    }

    private static func read(_ clock: clockid_t) -> timespec {
        var time = timespec()
        _ = unsafe clock_gettime(clock, &time)
        return time
    }

    private static func nanoseconds(_ time: timespec) -> UInt64 {
        UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }
}
