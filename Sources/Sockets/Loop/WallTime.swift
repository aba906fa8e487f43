import Glibc

/// The time of day, for dates that people read; it can jump.
public struct WallTime: Sendable {
    /// Seconds since 1970-01-01 UTC.
    public let seconds: Int64
    /// 0–999, beyond the seconds.
    public let milliseconds: Int

    /// Reads CLOCK_REALTIME.
    public static func now() -> WallTime {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return WallTime(seconds: Int64(time.tv_sec), milliseconds: Int(time.tv_nsec / 1_000_000))
    }
}
