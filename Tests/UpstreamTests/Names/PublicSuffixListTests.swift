import Testing
import Upstream

struct PublicSuffixListTests {
    private let list = PublicSuffixList()

    @Test(arguments: ["com", "co.uk", "github.io", "ck", "foo.ck", "xn--p1ai", "corp", "internal"])
    func `knows public suffixes`(host: String) {
        #expect(list.isPublicSuffix(host))
    }

    @Test(arguments: [
        "example.com", "www.co.uk", "x.github.io", "www.ck", "localhost", "app.localhost", "a.corp",
        "127.0.0.1", "::1",
        "[::1]",
    ])
    func `a name that can be registered is no public suffix`(host: String) {
        #expect(!list.isPublicSuffix(host))
    }

    @Test(arguments: ["example.com", "a.b.example.co.uk", "x.github.io", "a.foo.ck", "www.ck", "x.xn--p1ai"])
    func `knows names of the Internet by their suffix`(host: String) {
        #expect(list.hasKnownSuffix(host))
    }

    @Test(arguments: [
        "robots.txt", "favicon.ico", "localhost", "com", "", ".", "a.", "127.0.0.1", "a.internal",
    ])
    func `a file name has no known suffix`(host: String) {
        #expect(!list.hasKnownSuffix(host))
    }
}
