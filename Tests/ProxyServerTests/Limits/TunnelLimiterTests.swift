import Testing

@testable import ProxyServer

@Suite struct TunnelLimiterTests {
    @Test func `a place is taken for as long as it is held`() {
        let limiter = TunnelLimiter(maximum: 2)
        var places = [limiter.take(), limiter.take()]
        #expect(places.allSatisfy { $0 != nil })
        #expect(limiter.take() == nil && limiter.count == 2)
        places[0] = nil
        #expect(limiter.count == 1 && limiter.take() != nil)
    }

    @Test func `those that are open stay where there may be fewer`() {
        let limiter = TunnelLimiter(maximum: 2)
        let places = [limiter.take(), limiter.take()]
        limiter.change(maximum: 1)
        #expect(limiter.count == 2 && limiter.take() == nil)
        limiter.change(maximum: 3)
        #expect(limiter.take() != nil)
        _ = places
    }
}
