/// A bucket of tokens for each client, in bounded memory; the time is passed in.
///
/// A bucket is one number: when it will be full again (the generic cell rate algorithm). A full one need not be
/// kept. The others stand in two generations: when the younger has its number, the older one is forgotten, and with
/// it the clients that have been quiet for longest.
public struct TokenBuckets: Sendable {
    /// Whose bucket it is.
    public struct Key: Sendable, Hashable {
        private let kind: UInt8
        private let value: UInt64

        /// The 4 or 16 bytes of an address; of IPv6 its /64 counts, which one client has for itself.
        public init(address bytes: [UInt8]) {
            kind = bytes.count == 4 ? 4 : 6
            value = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        }

        /// A text of any length, of which a hash is kept that nobody outside can foresee.
        public init(text: String) {
            kind = 0
            value = UInt64(truncatingIfNeeded: text.hashValue)
        }
    }

    private let interval: UInt64
    private let tolerance: UInt64
    private let isClosed: Bool
    private let period: UInt64
    private let maximumPerGeneration: Int
    private var young: [Key: UInt64] = [:]
    private var old: [Key: UInt64] = [:]
    /// The latest time told: shards look at the clock once a round, so that one may lag behind another.
    private var latest: UInt64 = 0

    /// How many buckets are kept.
    public var count: Int { young.count + old.count }

    /// Makes full buckets.
    ///
    /// - Parameters:
    ///   - requests: The tokens that are added in each period; 0 lets nobody through.
    ///   - period: In nanoseconds.
    ///   - burst: The tokens that a bucket holds; 0 stands for `requests`.
    ///   - maximumCount: How many buckets are kept at most.
    public init(requests: Int, period: UInt64, burst: Int, maximumCount: Int = 131_072) {
        isClosed = requests <= 0
        self.period = period
        interval = max(1, period / UInt64(max(1, requests)))
        let depth = UInt64(max(1, burst > 0 ? burst : requests))
        let (product, overflow) = interval.multipliedReportingOverflow(by: depth - 1)
        tolerance = overflow ? .max / 4 : min(product, .max / 4)
        maximumPerGeneration = max(1, maximumCount / 2)
    }

    /// Takes a token.
    ///
    /// - Parameter now: Nanoseconds on a clock that never jumps.
    /// - Returns: nil where there was one, else the nanoseconds until there will be.
    public mutating func take(_ key: Key, at now: UInt64) -> UInt64? {
        guard !isClosed else { return period }
        latest = max(latest, now)
        let now = latest
        let known = young[key] ?? old[key] ?? 0
        let full = max(known, now)
        let wait = full - now
        guard wait <= tolerance else { return wait - tolerance }
        if young.count >= maximumPerGeneration, young[key] == nil { age(now) }
        young[key] = full.addingReportingOverflow(interval).partialValue
        return nil
    }

    private mutating func age(_ now: UInt64) {
        old = young
        young = [:]
    }
}
