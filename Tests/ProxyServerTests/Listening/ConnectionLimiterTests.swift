import IPAddresses
import Testing

@testable import ProxyServer

@Suite struct ConnectionLimiterTests {
    private func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

    /// Whether connections of these addresses, one after the other, are served.
    private func served(_ texts: [String], by limiter: ConnectionLimiter) throws -> [Bool] {
        try texts.map { if case .served = limiter.admit(try address($0)) { true } else { false } }
    }

    @Test func `the addresses of one IPv6 network of 64 bits are one client, those of another are not`()
        throws
    {
        let limiter = ConnectionLimiter(maximum: 100, maximumPerAddress: 2)
        let texts = ["2001:db8:0:1::1", "2001:db8:0:1::2", "2001:db8:0:1:ffff::3", "2001:db8:0:2::1"]
        #expect(try served(texts, by: limiter) == [true, true, false, true])
        limiter.release(try address("2001:db8:0:1::1"), .served)
        #expect(try served(["2001:db8:0:1::9", "2001:db8:0:1::a"], by: limiter) == [true, false])
    }

    @Test func `each IPv4 address is a client of its own`() throws {
        let limiter = ConnectionLimiter(maximum: 100, maximumPerAddress: 1)
        let texts = ["192.0.2.1", "192.0.2.2", "192.0.2.1", "::c000:201"]
        #expect(try served(texts, by: limiter) == [true, true, false, true])
    }

    @Test func `a limit that comes with a reload counts those who are there`() throws {
        let limiter = ConnectionLimiter(maximum: 100, maximumPerAddress: 0)
        #expect(try served(["192.0.2.1", "192.0.2.1", "192.0.2.1"], by: limiter) == [true, true, true])
        limiter.change(maximum: 100, maximumPerAddress: 2)
        limiter.release(try address("192.0.2.1"), .served)
        #expect(try served(["192.0.2.1"], by: limiter) == [false])
        limiter.release(try address("192.0.2.1"), .served)
        #expect(try served(["192.0.2.1", "192.0.2.1"], by: limiter) == [true, false])
    }

    @Test func `a client that has left is forgotten`() throws {
        let limiter = ConnectionLimiter(maximum: 10_000, maximumPerAddress: 2)
        for number in 0..<5_000 {
            let client = try address("2001:db8:\(String(number, radix: 16))::1")
            #expect(try served(["\(client)"], by: limiter) == [true])
            limiter.release(client, .served)
            #expect(limiter.clientCount == 0)
        }
    }
}
