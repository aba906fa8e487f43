import HTTPSyntax
import TestSupport
import Testing
import Upstream

struct LocationTests {
    private let parser = TargetURLParser()

    private func resolve(_ location: String, against base: String = "/b/c/d;p?q") throws -> String {
        let origin = TargetOrigin(scheme: .http, host: "a", port: 80)
        let url = try parser.resolve(location, against: TargetURL(origin: origin, pathAndQuery: base))
        return url.serialized + (url.fragment.map { "#\($0)" } ?? "")
    }

    /// RFC 3986 §5.4.1 and §5.4.2, less the references with another scheme.
    @Test(arguments: [
        ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"), ("/g", "http://a/g"),
        ("//g", "http://g/"), ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"),
        ("#s", "http://a/b/c/d;p?q#s"), ("g#s", "http://a/b/c/g#s"), ("g?y#s", "http://a/b/c/g?y#s"),
        (";x", "http://a/b/c/;x"), ("g;x", "http://a/b/c/g;x"), ("g;x?y#s", "http://a/b/c/g;x?y#s"),
        ("", "http://a/b/c/d;p?q"), (".", "http://a/b/c/"), ("./", "http://a/b/c/"), ("..", "http://a/b/"),
        ("../", "http://a/b/"), ("../g", "http://a/b/g"), ("../..", "http://a/"), ("../../", "http://a/"),
        ("../../g", "http://a/g"), ("../../../g", "http://a/g"), ("../../../../g", "http://a/g"),
        ("/./g", "http://a/g"), ("/../g", "http://a/g"), ("g.", "http://a/b/c/g."), (".g", "http://a/b/c/.g"),
        ("g..", "http://a/b/c/g.."), ("..g", "http://a/b/c/..g"), ("./../g", "http://a/b/g"),
        ("./g/.", "http://a/b/c/g/"), ("g/./h", "http://a/b/c/g/h"), ("g/../h", "http://a/b/c/h"),
        ("g;x=1/./y", "http://a/b/c/g;x=1/y"), ("g;x=1/../y", "http://a/b/c/y"),
        ("g?y/./x", "http://a/b/c/g?y/./x"),
        ("g?y/../x", "http://a/b/c/g?y/../x"), ("g#s/./x", "http://a/b/c/g#s/./x"),
        ("g#s/../x", "http://a/b/c/g#s/../x"),
    ])
    func `resolves the examples of RFC 3986`(location: String, expected: String) throws {
        #expect(try resolve(location) == expected)
    }

    @Test(arguments: [
        ("https://B.example:8443/x?y", "https://b.example:8443/x?y"),
        ("HTTPS://b.example", "https://b.example/"),
        ("https://b.example?y", "https://b.example/?y"),
        ("https://b.example#f", "https://b.example/#f"),
        ("https://b.example:443/", "https://b.example/"),
        ("//b.example:80/x", "http://b.example/x"),
        ("//127.1/", "http://127.0.0.1/"),
        ("//résumé.example/é?é#é", "http://xn--rsum-bpad.example/%C3%A9?%C3%A9#%C3%A9"),
        (" \t/x ", "http://a/x"),
        ("/a b?c d#e f", "http://a/a%20b?c%20d#e%20f"),
        ("/\"<>`{}^?\"<>`'{}#\"<>`'", "http://a/%22%3C%3E%60%7B%7D%5E?%22%3C%3E`%27{}#%22%3C%3E%60'"),
        ("/%zz%2f%2F|[]", "http://a/%zz%2f%2F|[]"),
        ("?", "http://a/b/c/d;p?"),
        ("g?#", "http://a/b/c/g?#"),
        ("?a?b#c#d", "http://a/b/c/d;p?a?b#c#d"),
        ("?x\\y", "http://a/b/c/d;p?x\\y"),
        ("/a//b/", "http://a/a//b/"),
        ("/x/%2e%2E/y/%2e", "http://a/y/"),
        ("/x/.%2e/.%2e/y", "http://a/y"),
        ("/@x:y", "http://a/@x:y"),
        ("./x:y", "http://a/b/c/x:y"),
        ("1x:y", "http://a/b/c/1x:y"),
    ])
    func `resolves as browsers do`(location: String, expected: String) throws {
        #expect(try resolve(location) == expected)
    }

    @Test(arguments: [
        ("http://[::1", TargetURLError.host), ("//[::1", .host), ("http://", .host), ("http:///x", .host),
        ("//", .host),
        ("///x", .host), ("http:/x", .invalid), ("http:x", .invalid), ("http:", .invalid),
        ("ftp://b/", .scheme),
        ("javascript:alert(1)", .scheme), ("data:,x", .scheme), ("file:///etc/passwd", .scheme),
        ("g:h", .scheme),
        ("localhost:8080/x", .scheme), ("http://u@b/", .credentials), ("//u:p@b/", .credentials),
        ("http://good.com\\@evil.com/", .invalid), ("\\\\evil.com", .invalid), ("/\\evil.com", .invalid),
        ("/x\\..\\y", .invalid), ("http://b:0/", .port), ("http://b:99999/", .port), ("http://b%2ec/", .host),
        ("/x\r\ny", .invalid), ("/x\0", .invalid), ("/x\ty", .invalid), ("http://b\u{7f}/", .invalid),
        ("http://b c/", .invalid), ("http://256.1.1.1/", .host),
    ])
    func `refuses a Location that is not to be followed`(location: String, error: TargetURLError) {
        #expect(throws: error) { try resolve(location) }
    }

    @Test func `a Location without a fragment inherits that of the base`() throws {
        let origin = TargetOrigin(scheme: .http, host: "a", port: 80)
        let base = TargetURL(origin: origin, pathAndQuery: "/b", fragment: "old")
        for (location, fragment) in [
            ("/x", "old"), ("//c/", "old"), ("x", "old"), ("/x#", ""), ("//c/#new", "new"),
        ] {
            #expect(try parser.resolve(location, against: base).fragment == fragment)
        }
    }

    @Test func `bytes that are not UTF-8 are kept in a path and refused in a host`() throws {
        let base = TargetURL(origin: TargetOrigin(scheme: .http, host: "a", port: 80), pathAndQuery: "/")
        #expect(try parser.resolve([0x2f, 0xe9], against: base).pathAndQuery == "/%E9")
        #expect(throws: TargetURLError.host) { try parser.resolve([0x2f, 0x2f, 0xe9, 0x2f], against: base) }
    }

    @Test func `no Location makes the parser trap, and what it returns can be sent`() {
        let seeds = [
            "http://[::1]:80/a?b#c", "//b.example/../c", "../../x/./y?z", "https://résumé.com/é",
            "g;x=1/../y", "?q#f",
        ]
        let alphabet = Array("a0.:/?#[]@\\%2e \t\0é\u{7f}|;")
        var random = SplitMix64(seed: 7231)
        let base = TargetURL(
            origin: TargetOrigin(scheme: .https, host: "a.example", port: 443),
            pathAndQuery: "/b/c?d"
        )
        for _ in 0..<30_000 {
            let text = random.mutated(seeds.randomElement(using: &random) ?? "", with: alphabet)
            guard let url = try? parser.resolve(text, against: base) else { continue }
            let sent = "\(url.origin.authority) \(url.pathAndQuery) \(url.fragment ?? "")"
            #expect(sent.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f }, "\(text)")
            #expect(url.pathAndQuery.hasPrefix("/") && !url.pathAndQuery.utf8.contains(0x20), "\(text)")
            #expect(!url.path.split(separator: "/").contains(".."), "\(text)")
            #expect(
                (try? parser.resolve(url.serialized, against: base))?.serialized == url.serialized,
                "\(text)"
            )
        }
    }
}
