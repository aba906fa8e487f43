import Testing
import Upstream

struct InternationalNameTests {
    @Test(arguments: [
        ("example.com", "example.com"), ("EXAMPLE.com.", "example.com"), ("résumé.com", "xn--rsum-bpad.com"),
        ("127.1", "127.0.0.1"), ("[0:0::1]", "[::1]"), ("[::FFFF:1.2.3.4]", "[::ffff:1.2.3.4]"),
        ("localhost", "localhost"),
    ])
    func `writes a host canonically`(name: String, canonical: String) {
        #expect(canonicalHost(name) == canonical)
    }

    @Test(arguments: [
        "", ".", "a b", "a:80", "[::1]:80", "::1", "a/b", "u@a", "*.example.com", "a%41", "[::1", "a..b",
        "exa\0mple",
        "a℀b.com", "1.2.3.256",
    ])
    func `refuses what is no host`(name: String) {
        #expect(canonicalHost(name) == nil)
    }
}
