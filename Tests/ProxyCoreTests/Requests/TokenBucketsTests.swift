import Testing

@testable import ProxyCore

@Suite struct TokenBucketsTests {
    private let key = TokenBuckets.Key(text: "a")

    @Test func `a bucket gives its burst at once, then a token each interval`() {
        var buckets = TokenBuckets(requests: 10, period: 1_000, burst: 3)
        #expect((0..<3).allSatisfy { _ in buckets.take(key, at: 5_000) == nil })
        #expect(buckets.take(key, at: 5_000) == 100)
        #expect(buckets.take(key, at: 5_099) == 1)
        #expect(buckets.take(key, at: 5_100) == nil)
        #expect(buckets.take(key, at: 5_100) == 100)
    }

    @Test func `no requests let nobody through`() {
        var buckets = TokenBuckets(requests: 0, period: 1_000, burst: 5)
        #expect(buckets.take(key, at: 0) == 1_000)
    }

    @Test func `a million clients are kept in bounded memory, the recent ones among them`() {
        var buckets = TokenBuckets(requests: 1, period: 1_000_000_000_000, burst: 1, maximumCount: 1_000)
        for number in 0..<1_000_000 {
            _ = buckets.take(TokenBuckets.Key(text: "\(number)"), at: UInt64(number))
        }
        #expect(buckets.count <= 1_000)
        #expect(buckets.take(TokenBuckets.Key(text: "999999"), at: 1_000_000) != nil)
    }

    @Test func `an IPv6 client is its first 64 bits`() {
        let first: [UInt8] = [0x20, 1, 0xD, 0xB8, 0, 0, 0, 1]
        let tail = [UInt8](repeating: 7, count: 8)
        #expect(
            TokenBuckets.Key(address: first + tail) == TokenBuckets.Key(address: first + tail.map { $0 + 1 })
        )
        #expect(TokenBuckets.Key(address: [1, 2, 3, 4]) != TokenBuckets.Key(address: [1, 2, 3, 5]))
    }

    @Test func `a shard whose clock lags behind another takes from the same bucket`() {
        var buckets = TokenBuckets(requests: 2, period: 1_000, burst: 2)
        let key = TokenBuckets.Key(text: "a")
        #expect(buckets.take(key, at: 10_000) == nil)
        #expect(buckets.take(key, at: 9_990) == nil, "the second token is there all the same")
        #expect(buckets.take(key, at: 9_980) != nil)
        #expect(buckets.take(key, at: 10_500) == nil)
    }
}
