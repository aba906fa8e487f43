import Sockets
import Testing

@testable import Upstream

@Suite struct LookupLimitTests {
    private let start = MonotonicTime(nanoseconds: 1_000)

    @Test func `a look-up starts while neither its name nor all together are at their bound`() {
        var limit = LookupLimit(maximumPerName: 2, maximum: 3)
        for name in ["a", "a", "b"] {
            #expect(limit.allows(name))
            limit.begin(name)
        }
        #expect(!limit.allows("a") && !limit.allows("b") && !limit.allows("c"))
        limit.end("b")
        #expect(!limit.allows("a"), "its own bound")
        #expect(limit.allows("b") && limit.allows("c"))
        limit.end("a")
        limit.end("a")
        limit.end("a")
        #expect(limit.allows("a"))
        limit.begin("a")
        limit.begin("b")
        limit.begin("c")
        #expect(!limit.allows("d"), "what never began does not end")
    }

    @Test func `one that was given up counts until its time is over, in their order`() {
        var limit = LookupLimit(maximumPerName: 1, maximum: 2, afterlife: 100)
        for (name, delay) in [("a", 0), ("b", 50)] as [(String, UInt64)] {
            limit.begin(name)
            limit.abandon(name, at: start.advanced(byNanoseconds: delay))
        }
        #expect(limit.nextEnd == start.advanced(byNanoseconds: 100))
        limit.expire(at: start.advanced(byNanoseconds: 99))
        #expect(!limit.allows("a") && !limit.allows("c"))
        limit.expire(at: start.advanced(byNanoseconds: 100))
        #expect(limit.allows("a") && limit.allows("c") && !limit.allows("b"))
        #expect(limit.nextEnd == start.advanced(byNanoseconds: 150))
        limit.expire(at: start.advanced(byNanoseconds: 1_000))
        #expect(limit.allows("b") && limit.nextEnd == nil)
    }
}
