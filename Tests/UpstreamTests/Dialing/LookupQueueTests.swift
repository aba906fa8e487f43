import IPAddresses
import Sockets
import Testing

@testable import Upstream

@Suite struct LookupQueueTests {
    /// What waits, by its name.
    private final class Waiter {
        let text: String

        init(_ text: String) {
            self.text = text
        }
    }

    private let now = MonotonicTime(nanoseconds: 1_000)
    private let queue = LookupQueue<Waiter>(LookupLimit(maximumPerName: 1, maximum: 4))

    private func client(_ number: Int) -> ClientNetwork { ClientNetwork(IPAddress("192.0.2.\(number)")) }

    private func begin(_ name: String, _ number: Int) throws -> LookupLimit.Lease {
        try #require(queue.begin(name, for: client(number), at: now))
    }

    private func wait(_ name: String, _ number: Int) -> LookupQueue<Waiter>.Place {
        queue.wait(Waiter("\(number)/\(name)"), for: name, client(number))
    }

    @Test func `clients take turns, and so do the names of each`() throws {
        let leases = try [begin("a", 1), begin("b", 1), begin("c", 2), begin("d", 3)]
        for name in ["e", "e", "f"] { _ = wait(name, 1) }
        _ = wait("g", 2)
        #expect(queue.next(at: now) == nil)
        for lease in leases { queue.end(lease) }
        var order: [String] = []
        while let (waiter, lease) = queue.next(at: now) {
            order.append(waiter.text)
            queue.end(lease)
        }
        #expect(order == ["1/e", "2/g", "1/f", "1/e"])
        #expect(queue.count == 0)
    }

    @Test func `who has its share is passed over`() throws {
        let leases = try [begin("a", 1), begin("b", 1), begin("c", 2), begin("d", 3)]
        for name in ["e", "f", "g"] { _ = wait(name, 1) }
        _ = wait("h", 4)
        queue.end(leases[2])
        let next = try #require(queue.next(at: now))
        #expect(next.waiter.text == "4/h")
        #expect(queue.next(at: now) == nil)
        #expect(queue.count == 3)
    }

    @Test func `what is removed starts no more`() throws {
        let lease = try begin("a", 1)
        let places = [wait("a", 1), wait("a", 1), wait("a", 2)]
        queue.remove(places[0])
        queue.remove(places[2])
        queue.end(lease)
        #expect(try #require(queue.next(at: now)).waiter.text == "1/a")
        #expect(queue.next(at: now) == nil && queue.count == 0)
    }

    @Test func `what waits for a configured name starts when a look-up of it ends, whatever else waits`()
        throws
    {
        queue.configuredNames = ["route.example"]
        let own = try begin("route.example", 1)
        for number in 1...4 { _ = try begin("\(number).example", number) }
        _ = wait("x.example", 5)
        _ = wait("route.example", 1)
        #expect(queue.next(at: now) == nil)
        queue.end(own)
        #expect(try #require(queue.next(at: now)).waiter.text == "1/route.example")
        #expect(queue.next(at: now) == nil && queue.count == 1)
    }

    @Test func `one that was given up makes room when its time is over`() throws {
        let lease = try begin("a", 1)
        queue.abandon(lease, at: now)
        _ = wait("a", 1)
        #expect(queue.next(at: now) == nil)
        let end = try #require(queue.nextEnd)
        #expect(queue.next(at: end) != nil)
    }
}
