import IPAddresses
import Sockets
import Testing

@testable import Upstream

@Suite struct LookupLimitTests {
    private let start = MonotonicTime(nanoseconds: 1_000)
    private let nobody = ClientNetwork(nil)

    private func client(_ number: Int) -> ClientNetwork { ClientNetwork(IPAddress("192.0.2.\(number)")) }

    @Test func `a look-up starts while its name is not at its bound`() throws {
        var limit = LookupLimit(maximumPerName: 2, maximum: 100)
        let begun = limit.begin("a", for: nobody)
        let first = try #require(begun)
        _ = limit.begin("a", for: nobody)
        #expect(limit.begin("a", for: nobody) == nil && !limit.hasRoom("a"))
        #expect(limit.begin("b", for: nobody) != nil)
        limit.end(first)
        #expect(limit.begin("a", for: nobody) != nil)
    }

    @Test func `a client holds as many places as it leaves free, so that there is always one for another`() {
        var limit = LookupLimit(maximumPerName: 1, maximum: 64)
        var held: [Int] = []
        for number in 1...6 {
            var count = 0
            while limit.begin("\(number)-\(count).example", for: client(number)) != nil { count += 1 }
            held.append(count)
        }
        #expect(held == [32, 16, 8, 4, 2, 1])
        #expect(limit.begin("last.example", for: client(7)) != nil)
        #expect(limit.begin("more.example", for: client(8)) == nil, "all are taken")
    }

    @Test func `all addresses of an IPv6 network of 64 bits are one client`() {
        let network = ["2001:db8:0:1::1", "2001:db8:0:1:ffff::2"].map { ClientNetwork(IPAddress($0)) }
        #expect(network[0] == network[1])
        #expect(network[0] != ClientNetwork(IPAddress("2001:db8:0:2::1")))
        #expect(client(1) != client(2))
    }

    @Test func `a configured name has one place that nobody else can take, and shares for the second`() throws
    {
        var limit = LookupLimit(maximumPerName: 2, maximum: 2)
        limit.configuredNames = ["route.example"]
        _ = limit.begin("a", for: client(1))
        _ = limit.begin("b", for: client(2))
        #expect(limit.begin("c", for: client(3)) == nil)
        let begun = limit.begin("route.example", for: client(1))
        let own = try #require(begun)
        #expect(own.isOwn)
        #expect(limit.begin("route.example", for: client(1)) == nil)
        limit.end(own)
        #expect(limit.begin("c", for: client(3)) == nil, "its own place is nobody else's")
        #expect(limit.begin("route.example", for: client(4)) != nil)
    }

    @Test func `one that was given up counts until its time is over, in their order`() throws {
        var limit = LookupLimit(maximumPerName: 1, maximum: 3, afterlife: 100)
        for (name, delay) in [("a", 0), ("b", 50)] as [(String, UInt64)] {
            let begun = limit.begin(name, for: client(Int(delay)))
            limit.abandon(try #require(begun), at: start.advanced(byNanoseconds: delay))
        }
        #expect(limit.nextEnd == start.advanced(byNanoseconds: 100))
        #expect(limit.expire(at: start.advanced(byNanoseconds: 99)).isEmpty)
        #expect(!limit.hasRoom("a"))
        #expect(limit.expire(at: start.advanced(byNanoseconds: 100)).map(\.name) == ["a"])
        #expect(limit.hasRoom("a") && !limit.hasRoom("b"))
        #expect(limit.nextEnd == start.advanced(byNanoseconds: 150))
        #expect(limit.expire(at: start.advanced(byNanoseconds: 1_000)).count == 1)
        #expect(limit.hasRoom("b") && limit.nextEnd == nil)
    }
}
