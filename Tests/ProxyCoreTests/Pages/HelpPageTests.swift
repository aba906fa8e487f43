import Testing

@testable import ProxyCore

@Suite struct HelpPageTests {
    @Test func `the digest in these tests is SHA-256`() {
        #expect(SHA256.base64("abc") == "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=")
        #expect(
            SHA256.base64(String(repeating: "a", count: 119))
                == "MeulHDE6XAgiat8Y1KNZz9/Y0ugWsT9K+VL36mWE3Ps="
        )
    }

    @Test func `the policy admits the page's style and script`() {
        #expect(HelpPage.styleHash == "sha256-" + SHA256.base64(HelpPage.style))
        #expect(HelpPage.scriptHash == "sha256-" + SHA256.base64(HelpPage.script))
        #expect(HelpPage.contentSecurityPolicy.contains("style-src '\(HelpPage.styleHash)';"))
        #expect(HelpPage.contentSecurityPolicy.contains("script-src '\(HelpPage.scriptHash)';"))
        #expect(HelpPage.contentSecurityPolicy.hasPrefix("default-src 'none';"))
    }

    @Test func `the page holds style and script once, whole, and loads nothing`() {
        let html = HelpPage(baseURL: "http://localhost:8080").html
        #expect(html.components(between: "<style>", and: "</style>") == [HelpPage.style])
        #expect(html.components(between: "<script>", and: "</script>") == [HelpPage.script])
        for part in [" src=", "@import", "url(", " style=", "onclick", "innerHTML", "eval("] {
            #expect(!html.contains(part), "\(part)")
        }
    }

    @Test(arguments: [
        "http://localhost:8080", "http://localhost:8080/", "https://example.com/cors/",
        "https://example.com/cors",
    ])
    func `both pages show lines to paste for the proxy's own address`(base: String) {
        let line = (base.hasSuffix("/") ? base : base + "/") + "https://api.example.com/data"
        let page = HelpPage(baseURL: base)
        #expect(page.html.contains("fetch(\"\(line)\")") && page.html.contains("'\(line)'"))
        #expect(page.text.contains("fetch(\"\(line)\")") && page.text.contains("'\(line)'"))
    }

    @Test func `nothing is reflected unescaped`() {
        let page = HelpPage(baseURL: "http://h\"'><script>alert(1)</script>&\u{1B}[2J\r\né")
        #expect(page.html.contains("http://h&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;[2J/"))
        #expect(page.html.components(between: "<script>", and: "</script>") == [HelpPage.script])
        #expect(page.text.utf8.allSatisfy { 0x20...0x7E ~= $0 || $0 == UInt8(ascii: "\n") })
        #expect(!page.html.contains("\u{1B}") && !page.html.contains("\r"))
    }

    @Test(arguments: [
        ("text/html,application/xhtml+xml,*/*;q=0.8", true), ("TEXT/HTML", true), ("*/*", false),
        ("text/plain", false),
        ("", false), (nil, false),
    ])
    func `HTML is for those who ask for it by name`(accept: String?, isHTML: Bool) {
        #expect(HelpPage.prefersHTML(accept: accept) == isHTML)
    }
}

extension String {
    /// All texts between two marks.
    fileprivate func components(between start: String, and end: String) -> [String] {
        split(separator: start).dropFirst().compactMap { part in
            part.firstRange(of: end).map { String(part[..<$0.lowerBound]) }
        }
    }
}
