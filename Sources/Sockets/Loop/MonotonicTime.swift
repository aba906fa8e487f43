/// A point on the clock that never jumps, in nanoseconds.
///
/// Deadlines are compared many times per request, so this is one integer and not a `ContinuousClock.Instant`.
public struct MonotonicTime: Sendable, Hashable, Comparable {
    /// Nanoseconds since an arbitrary start.
    public let nanoseconds: UInt64

    /// A time that no clock reaches.
    public static let distantFuture = MonotonicTime(nanoseconds: .max)

    /// Makes a time of a reading.
    public init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    /// Reads the clock.
    public static func now() -> MonotonicTime {
        MonotonicTime(nanoseconds: Clock.monotonic())
    }

    /// The time this many nanoseconds later.
    public func advanced(byNanoseconds interval: UInt64) -> MonotonicTime {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(interval)
        return overflow ? .distantFuture : MonotonicTime(nanoseconds: sum)
    }

    /// The nanoseconds since an earlier time; 0 where that time is later.
    public func nanoseconds(since earlier: MonotonicTime) -> UInt64 {
        nanoseconds > earlier.nanoseconds ? nanoseconds &- earlier.nanoseconds : 0
    }

    /// Orders by the clock.
    public static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }
}

extension Duration {
    /// The whole duration in nanoseconds; negative ones are 0, those too long for 64 bits the greatest.
    public var inNanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (scaled, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        return overflow
            ? .max : scaled.addingReportingOverflow(UInt64(attoseconds) / 1_000_000_000).partialValue
    }
}
