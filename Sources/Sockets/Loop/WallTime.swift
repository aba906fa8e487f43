/// The time of day, for dates that people read; it can jump.
public struct WallTime: Sendable {
    /// Seconds since 1970-01-01 UTC.
    public let seconds: Int64
    /// 0–999, beyond the seconds.
    public let milliseconds: Int

    /// Reads the clock.
    public static func now() -> WallTime {
        let (seconds, milliseconds) = Clock.wall()
        return WallTime(seconds: seconds, milliseconds: milliseconds)
    }
}
