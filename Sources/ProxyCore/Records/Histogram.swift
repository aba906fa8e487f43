/// How many durations fell between fixed bounds, as Prometheus counts them.
public struct Histogram: Sendable, Hashable {
    /// The upper bounds of all buckets but the last, in nanoseconds, each with its text in seconds.
    public static let bounds: [(nanoseconds: UInt64, seconds: String)] = [
        (100_000, "0.0001"), (250_000, "0.00025"), (500_000, "0.0005"), (1_000_000, "0.001"),
        (2_500_000, "0.0025"), (5_000_000, "0.005"), (10_000_000, "0.01"), (25_000_000, "0.025"),
        (50_000_000, "0.05"), (100_000_000, "0.1"), (250_000_000, "0.25"), (500_000_000, "0.5"),
        (1_000_000_000, "1"), (2_500_000_000, "2.5"), (5_000_000_000, "5"), (10_000_000_000, "10"),
        (30_000_000_000, "30"), (60_000_000_000, "60"),
    ]

    /// The same without texts: what is looked through for each duration.
    private static let limits: [UInt64] = Self.bounds.map(\.nanoseconds)

    /// Each bucket by itself; the last one has no upper bound.
    public private(set) var counts = [Int](repeating: 0, count: Self.bounds.count + 1)
    /// All durations together, in nanoseconds.
    public private(set) var sum: UInt64 = 0

    /// Makes an empty histogram.
    public init() {}

    /// All that was counted.
    public var count: Int { counts.reduce(0, +) }

    /// Counts a duration in; one that equals a bound lies below it.
    public mutating func observe(nanoseconds: UInt64) {
        var bucket = 0
        let limits = Self.limits
        while bucket < limits.count, nanoseconds > limits[bucket] { bucket += 1 }
        counts[bucket] += 1
        sum &+= nanoseconds
    }

    /// Adds what another one has counted.
    public mutating func add(_ other: Histogram) {
        for bucket in counts.indices { counts[bucket] += other.counts[bucket] }
        sum &+= other.sum
    }
}
