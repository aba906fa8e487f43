import IPAddresses
import Testing

struct NetworkBlockTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.0.0.0/8", "10.255.255.255"),
        ("0.0.0.0/0", "0.0.0.0/0", "255.255.255.255"),
        ("192.0.2.1/32", "192.0.2.1/32", "192.0.2.1"),
        ("192.0.2.1", "192.0.2.1/32", "192.0.2.1"),
        ("192.0.2.254/31", "192.0.2.254/31", "192.0.2.255"),
        ("::/0", "::/0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("::1", "::1/128", "::1"),
        ("FE80::/10", "fe80::/10", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("2001:db8::/64", "2001:db8::/64", "2001:db8::ffff:ffff:ffff:ffff"),
        ("2001:db8::/63", "2001:db8::/63", "2001:db8:0:1:ffff:ffff:ffff:ffff"),
        ("2001:db8:0:0:8000::/65", "2001:db8:0:0:8000::/65", "2001:db8::ffff:ffff:ffff:ffff"),
    ])
    func `reads a block and knows where it ends`(text: String, canonical: String, last: String) throws {
        let block = try #require(NetworkBlock(text))
        #expect(block.description == canonical)
        #expect(block.last.description == last)
        #expect(block.contains(block.base) && block.contains(block.last))
    }

    @Test(arguments: [
        "", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8 ",
        "10.0.0.0/8/8", "10.0.0.1/8", "10/8", "::/129", "::1/127", "::/999999999999999999999", "fe80::%1/10",
        "[::]/0",
        "10.0.0.0/255.0.0.0", "example.com",
    ])
    func `refuses text that is no block, or has host bits`(text: String) {
        #expect(NetworkBlock(text) == nil)
    }

    @Test func `holds addresses of its own family only`() throws {
        let mapped = try #require(IPAddress("::ffff:10.0.0.1"))
        #expect(NetworkBlock("10.0.0.0/8")?.contains(mapped) == false)
        #expect(NetworkBlock("0.0.0.0/0")?.contains(mapped) == false)
        #expect(NetworkBlock("::/0")?.contains(IPAddress(v4: (10, 0, 0, 1))) == false)
    }

    @Test func `knows the blocks of loopback`() {
        #expect(NetworkBlock.loopback.map(\.description) == ["127.0.0.0/8", "::1/128"])
    }

    @Test func `a length out of range becomes the nearest one`() {
        let address = IPAddress(v4: (192, 0, 2, 1))
        #expect(NetworkBlock(of: address, prefixLength: 99).description == "192.0.2.1/32")
        #expect(NetworkBlock(of: address, prefixLength: -1).description == "0.0.0.0/0")
    }
}
