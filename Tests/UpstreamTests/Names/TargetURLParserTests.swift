import HTTPSyntax
import IPAddresses
import TestSupport
import Testing

@testable import Upstream

struct TargetURLParserTests {
    @Test(arguments: [
        ("http", "example.com", "http://example.com"),
        ("HTTP", "Example.COM", "http://example.com"),
        ("https", "example.com:443", "https://example.com"),
        ("https", "example.com:", "https://example.com"),
        ("https", "example.com:8443", "https://example.com:8443"),
        ("http", "example.com:443", "http://example.com:443"),
        ("http", "example.com:080", "http://example.com"),
        ("http", "example.com:65535", "http://example.com:65535"),
        ("http", "example.com.", "http://example.com"),
        ("http", "example.com.:81", "http://example.com:81"),
        ("http", "a_b.-c-.example", "http://a_b.-c-.example"),
        ("http", "localhost:5173", "http://localhost:5173"),
        ("http", "192.0.2.1:81", "http://192.0.2.1:81"),
        ("http", "[2001:DB8:0:0::1]:81", "http://[2001:db8::1]:81"),
        ("http", "[::1]", "http://[::1]"),
        ("https", "résumé.com", "https://xn--rsum-bpad.com"),
        ("https", "BÜCHER.example:8443", "https://xn--bcher-kva.example:8443"),
        ("https", "例え。テスト", "https://xn--r8jz45g.xn--zckzah"),
        ("https", "xn--rsum-bpad.com", "https://xn--rsum-bpad.com"),
        ("https", "faß.de", "https://xn--fa-hia.de"),
        ("http", "１２３.example", "http://123.example"),
    ])
    func `reads an origin in canonical form`(scheme: String, authority: String, serialized: String) throws {
        let parser = TargetURLParser()
        let origin = try parser.origin(scheme: scheme, authority: authority)
        #expect(origin.serialized == serialized)
        #expect(try parser.origin(scheme: scheme, authority: authority) == origin, "from the cache")
        #expect(try parser.origin(scheme: scheme, authority: origin.authority) == origin, "canonical")
    }

    @Test(arguments: [
        ("ftp", "example.com", TargetURLError.scheme),
        ("", "example.com", .scheme),
        ("http:", "example.com", .scheme),
        ("ｈttp", "example.com", .scheme),
        ("file", "", .scheme),
        ("http", "user@example.com", .credentials),
        ("http", "user:pw@example.com", .credentials),
        ("http", "@example.com", .credentials),
        ("http", "good.com\\@evil.com", .credentials),
        ("http", "", .host),
        ("http", ":80", .host),
        ("http", ".", .host),
        ("http", "..", .host),
        ("http", "a..b", .host),
        ("http", ".example.com", .host),
        ("http", "example.com..", .host),
        ("http", "%65xample.com", .host),
        ("http", "127.0.0.%31", .host),
        ("http", "[::1%25lo]", .host),
        ("http", "[::1", .host),
        ("http", "::1", .port),
        ("http", "[]", .host),
        ("http", "[1:2]", .host),
        ("http", "[v1.a]", .host),
        ("http", "a|b", .host),
        ("http", "a*b", .host),
        ("http", "a,b", .host),
        ("http", "a℀b.com", .host),
        ("http", "a：80", .host),
        ("http", "a＠b", .host),
        ("http", "a％2fb", .host),
        ("http", "a\u{202e}b.com", .host),
        ("http", "256.256.256.256", .host),
        ("http", "1.2.3.4.5", .host),
        ("http", "4294967296", .host),
        ("http", "0x100000000", .host),
        ("http", "0x", .host),
        ("http", "1.2.3.0x", .host),
        ("http", "08.1.1.1", .host),
        ("http", "example.0x7f", .host),
        ("http", String(repeating: "a", count: 64) + ".com", .host),
        ("http", String(repeating: "a.", count: 128), .host),
        ("http", "example.com:0", .port),
        ("http", "example.com:00", .port),
        ("http", "example.com:65536", .port),
        ("http", "example.com:99999999999999999999", .port),
        ("http", "example.com:-1", .port),
        ("http", "example.com:+80", .port),
        ("http", "example.com:8a", .port),
        ("http", "example.com:80:80", .port),
        ("http", "example.com:８０", .port),
        ("http", "exa mple.com", .invalid),
        ("http", "example.com\\", .invalid),
        ("http", "example.com\0", .invalid),
        ("http", "\0", .invalid),
        ("http", "example.com\r\nx: y", .invalid),
        ("http", "exam\tple.com", .invalid),
        ("http", "example.com/", .invalid),
        ("http", "/example.com", .invalid),
        ("http", "example.com?x", .invalid),
        ("http", "example.com#x", .invalid),
        ("http", "example.com\u{7f}", .invalid),
        ("http", String(repeating: "a.", count: 600) + "com", .invalid),
    ])
    func `refuses what is no origin to forward to`(scheme: String, authority: String, error: TargetURLError) {
        let parser = TargetURLParser()
        #expect(throws: error) { try parser.origin(scheme: scheme, authority: authority) }
        #expect(throws: error, "twice, so never cached") {
            try parser.origin(scheme: scheme, authority: authority)
        }
    }

    @Test(arguments: [
        "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0X7F.1", "0x7f.0.0.1", "0177.0.0.1",
        "017700000001", "127.0.0.1.", "127.1.", "2130706433.", "１２７.0.0.1", "①②⑦.0.0.1", "127。0。0。1",
        "１２７。１", "０x7f.1", "127.0.0.%31", "%31%32%37.1", "127.0.0.1%00", "[::1]", "[0:0:0:0:0:0:0:1]",
        "[0000::0001]",
        "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
        "[::1%lo]",
        "[::1%251]", "[::１]", "0", "0.0.0.0", "0x0", "00", "[::]", "169.254.169.254", "2852039166",
        "0xa9fea9fe",
        "0251.0376.0251.0376", "[::ffff:a9fe:a9fe]", "[fd00:ec2::254]", "10.1", "0300.0250.1",
        "user@127.0.0.1",
        "example.com\\@127.0.0.1", "127.0.0.1:80@example.com", "example.com#@127.0.0.1",
        "[::ffff:0:127.0.0.1]",
    ])
    func `no spelling of a private address gets past the guard`(authority: String) throws {
        let parser = TargetURLParser()
        let addressGuard = AddressGuard(allowPrivate: .none)
        for authority in [authority, "\(authority):8080"] {
            guard let origin = try? parser.origin(scheme: "http", authority: authority) else { continue }
            let text = origin.host.hasPrefix("[") ? origin.host.dropFirst().dropLast() : origin.host[...]
            let address = try #require(IPAddress(text), "\(origin.host) is left to the resolver")
            #expect(addressGuard.verdict(on: address) != .allowed)
            #expect(ProxyEnvironment.isPrivateName(origin.host))
        }
    }

    @Test func `what parsers differ about is refused before libcurl sees it`() {
        for byte in UInt8.min...0x7f {
            let isRefused = byte <= 0x20 || byte == 0x7f || "@\\%/?#".utf8.contains(byte)
            let authority = "a\(Unicode.Scalar(byte))b"
            #expect((AuthorityBytes(authority) == nil) == isRefused, "\(byte)")
        }
    }

    @Test func `odd spellings of loopback become a dotted quad`() throws {
        let parser = TargetURLParser()
        for authority in ["127.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.0.0.1.", "127.1.", "１２７.0.0.1"]
        {
            #expect(try parser.origin(scheme: "http", authority: authority).host == "127.0.0.1")
        }
    }

    @Test func `answers stay right when the cache is emptied`() throws {
        let parser = TargetURLParser()
        for round in 0..<3 {
            for number in 0..<300 {
                let origin = try parser.origin(scheme: "http", authority: "h\(number).Example:\(number + 1)")
                #expect(
                    origin
                        == TargetOrigin(scheme: .http, host: "h\(number).example", port: UInt16(number + 1))
                )
            }
            #expect(try parser.origin(scheme: "https", authority: "h\(round).example").port == 443)
            #expect((1...TargetURLParser.maximumCacheCount).contains(parser.cacheCount))
        }
    }

    @Test func `no authority makes the parser trap, and what it returns is canonical`() {
        let seeds = [
            "example.com:8443", "[2001:db8::1]:80", "127.0.0.1:80", "résumé.com", "0x7f.1", "a_b.c-d.e:1",
            "１.2.3.4",
        ]
        let alphabet = Array("aZ09.:[]%@/\\?#-_ \t\0xé１。℀\u{ad}\u{202e}")
        var random = SplitMix64(seed: 3986)
        let parser = TargetURLParser()
        for _ in 0..<30_000 {
            let text = random.mutated(seeds.randomElement(using: &random) ?? "", with: alphabet)
            guard let origin = try? parser.origin(scheme: "http", authority: text) else { continue }
            #expect(origin.port > 0 && origin.host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }, "\(text)")
            #expect((try? parser.origin(scheme: "http", authority: origin.authority)) == origin, "\(text)")
            #expect(canonicalHost(origin.host) == origin.host, "\(text)")
        }
    }
}
