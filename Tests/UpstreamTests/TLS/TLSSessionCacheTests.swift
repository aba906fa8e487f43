import HTTPSyntax
import Sockets
import Testing

@testable import Upstream

@Suite struct TLSSessionCacheTests {
    private static let now = MonotonicTime(nanoseconds: 10_000_000_000_000)

    private func key(_ number: Int, profile: Int = 0, reading: Int = 1) -> TLSSessionKey {
        TLSSessionKey(
            origin: TargetOrigin(scheme: .https, host: "host-\(number).example", port: 443),
            profile: profile,
            reading: reading
        )
    }

    private func session(_ bytes: [UInt8], isSingleUse: Bool = true, age: UInt64 = 0) -> ResumableSession {
        ResumableSession(
            encoded: bytes,
            verified: MonotonicTime(nanoseconds: Self.now.nanoseconds - age),
            isSingleUse: isSingleUse
        )
    }

    @Test func `a session of TLS 1_3 is handed out once, the latest first, and two are kept`() {
        var cache = TLSSessionCache()
        for byte in UInt8(1)...3 { cache.keep(session([byte]), for: key(0), at: Self.now) }
        #expect(cache.take(for: key(0), at: Self.now)?.encoded == [3])
        #expect(cache.take(for: key(0), at: Self.now)?.encoded == [2])
        #expect(cache.take(for: key(0), at: Self.now)?.encoded == nil)
        #expect(cache.byteCount == 0)
    }

    @Test func `a session of TLS 1_2 is handed out again`() {
        var cache = TLSSessionCache()
        cache.keep(session([1], isSingleUse: false), for: key(0), at: Self.now)
        for _ in 1...3 { #expect(cache.take(for: key(0), at: Self.now)?.encoded == [1]) }
    }

    @Test func `neither another host nor another profile nor other authorities get a session`() {
        var cache = TLSSessionCache()
        cache.keep(session([1]), for: key(0), at: Self.now)
        for other in [key(1), key(0, profile: 1), key(0, reading: 2)] {
            #expect(cache.take(for: other, at: Self.now)?.encoded == nil)
        }
        cache.forget(key(0))
        #expect(cache.take(for: key(0), at: Self.now)?.encoded == nil)
    }

    @Test func `a certificate counts for an hour after it was verified`() {
        var cache = TLSSessionCache()
        let hour: UInt64 = 3_600_000_000_000
        cache.keep(session([1], isSingleUse: false, age: hour - 1), for: key(0), at: Self.now)
        #expect(cache.take(for: key(0), at: Self.now)?.encoded != nil)
        #expect(cache.take(for: key(0), at: Self.now.advanced(byNanoseconds: 1))?.encoded == nil)
        cache.keep(session([1], age: hour), for: key(0), at: Self.now)
        #expect(cache.byteCount == 0)
    }

    @Test func `whatever servers offer, no more is kept than the bound`() {
        var cache = TLSSessionCache(maximumBytes: 1 << 18)
        cache.keep(session([UInt8](repeating: 0, count: 16_385)), for: key(0), at: Self.now)
        #expect(cache.byteCount == 0)
        for (length, count) in [(16_384, 400), (1, 20_000)] {
            for number in 0..<count {
                let bytes = [UInt8](repeating: 0, count: length)
                for _ in 1...2 { cache.keep(session(bytes), for: key(number), at: Self.now) }
                #expect(cache.take(for: key(number), at: Self.now)?.encoded != nil)
                if number % 97 == 0 { #expect(cache.byteCount <= 1 << 18) }
            }
        }
    }

    @Test func `what is used stays while others come and go`() {
        var cache = TLSSessionCache(maximumBytes: 1 << 16)
        cache.keep(session([1], isSingleUse: false), for: key(0), at: Self.now)
        for number in 1..<1_000 {
            cache.keep(session([2], isSingleUse: false), for: key(number), at: Self.now)
            #expect(cache.take(for: key(0), at: Self.now)?.encoded != nil)
        }
        #expect(cache.take(for: key(1), at: Self.now)?.encoded == nil)
    }
}
