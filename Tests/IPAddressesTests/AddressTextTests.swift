import IPAddresses
import TestSupport
import Testing

struct AddressTextTests {
    @Test(arguments: [
        ("0.0.0.0", "0.0.0.0"),
        ("127.0.0.1", "127.0.0.1"),
        ("255.255.255.255", "255.255.255.255"),
        ("::", "::"),
        ("::1", "::1"),
        ("1::", "1::"),
        ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("0:0:1::", "0:0:1::"),
        ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
        ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
        ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
        ("::ffff:127.0.0.1", "::ffff:127.0.0.1"),
        ("::FFFF:7f00:1", "::ffff:127.0.0.1"),
        ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
        ("::1.2.3.4", "::102:304"),
        ("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ])
    func `reads an address and writes it canonically`(text: String, canonical: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.description == canonical)
        #expect(IPAddress(canonical) == address)
        #expect(IPAddress(networkBytes: address.networkBytes) == address)
        #expect(IPAddress("x\(text)".dropFirst()) == address)
    }

    @Test(arguments: [
        "", " ", ".", "1", "1.2.3", "1.2.3.4.5", "1.2.3.", ".1.2.3", "1..2.3", "1.2.3.256", "1.2.3.04",
        "01.2.3.4",
        "00.0.0.0", "1.2.3.4 ", " 1.2.3.4", "+1.2.3.4", "1.2.3.-4", "0x7f.0.0.1", "127.1", "2130706433",
        "1.2.3.4.", "1.2.3.1000", "１.2.3.4", "1.2.3.4\0", "1.2.3.4/32", "[::1]", "::1%eth0", "::1%25lo", ":",
        ":::",
        "1:", ":1", "1:2", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "::1::", "1:2:3:4:5:6:7::8",
        "::12345",
        "1:2:3:4::5:6:7:8", "::g", "::-1", "::1.2.3", "::1.2.3.4:5", "1.2.3.4::", "::1.2.3.04",
        "1:2:3:4:5:6:7:1.2.3.4",
        "::1:2:3:4:5:6:1.2.3.4", "::1 ", " ::1", "::ffff:127.1", "0000:0000:0000:0000:0000:0000:0000:0000:0",
        "::１",
    ])
    func `refuses text that is no address`(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func `an IPv4 address is not the IPv6 address it is mapped to`() {
        #expect(IPAddress("127.0.0.1") != IPAddress("::ffff:127.0.0.1"))
        #expect(IPAddress("0.0.0.0") != IPAddress("::"))
    }

    @Test(arguments: [0, 1, 3, 5, 15, 17])
    func `makes no address of a wrong number of bytes`(count: Int) {
        #expect(IPAddress(networkBytes: [UInt8](repeating: 1, count: count)) == nil)
    }

    @Test(arguments: [
        ("127.0.0.1", true, false), ("127.255.255.255", true, false), ("128.0.0.1", false, false),
        ("::1", true, false), ("::2", false, false), ("1::1", false, false),
        ("::ffff:127.0.0.1", false, false),
        ("0.0.0.0", false, true), ("::", false, true), ("0.0.0.1", false, false),
    ])
    func `knows loopback and unspecified`(text: String, isLoopback: Bool, isUnspecified: Bool) throws {
        let address = try #require(IPAddress(text))
        #expect(address.isLoopback == isLoopback)
        #expect(address.isUnspecified == isUnspecified)
    }

    @Test func `any address survives being written and read`() {
        var random = SplitMix64(seed: 5952)
        for _ in 0..<20_000 {
            // Sparse bits, so that runs of zeros and all families of text come up.
            let mask = random.next()
            let address =
                mask & 1 == 0
                ? IPAddress(v6: random.next() & random.next() & mask, low: random.next() & ~mask)
                : IPAddress(networkBytes: (0..<4).map { _ in UInt8(truncatingIfNeeded: random.next()) })
            #expect(address.flatMap { IPAddress($0.description) } == address)
        }
    }

    @Test func `no text makes the parser trap`() {
        let alphabet = Array("0123456789abcfF:::...[]%/ xg\u{ff11}")
        var random = SplitMix64(seed: 4291)
        for _ in 0..<100_000 {
            let length = Int(random.next() % 20)
            let text = String((0..<length).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] })
            if let address = IPAddress(text) {
                #expect(IPAddress(address.description) == address, "\(text)")
            }
            if let block = NetworkBlock(text) {
                #expect(NetworkBlock(block.description) == block, "\(text)")
            }
        }
    }
}
