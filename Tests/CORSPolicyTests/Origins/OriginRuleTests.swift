import Testing

@testable import CORSPolicy

@Suite
struct OriginRuleTests {
    @Test(arguments: [
        "HTTPS://APP.EXAMPLE", "https://App.example", "https://app.example/", "https://app.example:443",
        "https://app.example:", "https://app.example/path", "https://app.example?q", "https://app.example#f",
        "https://user@app.example", "https://app.example, https://app.example", " https://app.example",
        "https://app.example ", "https://app.example.", "http://app.example", "https://app.example:8443", "",
        "https://", "://app.example", "app.example", "null", "*", "https://*.shop.example",
        "https://a.shop.example/", "https://A.shop.example", "https://a.shop.example:443",
        "https://a.shop.example:", "https://u@a.shop.example", "https://a..shop.example",
        "https://.shop.example", "https://a b.shop.example", "https://a.shop.example:0443",
        "https://\u{E9}.shop.example", "https://%61.shop.example", "https://a.shop.example\0",
    ])
    func `O1: a list matches an origin byte for byte`(origin: String) throws {
        for fixture in Fixture.lists {
            let decision = try fixture.policy().decide("GET", from: origin)
            #expect(decision.refusal == .originDenied(origin))
            #expect(decision.refusal?.name == "origin-denied")
            #expect(decision.responseLines.isEmpty)
        }
    }

    @Test
    func `O1: strings that are equal to Swift but not in bytes do not match`() throws {
        let policy = try Fixture.list.policy { $0.allowedOrigins = ["capacitor://K"] }
        #expect(policy.decide("GET", from: "capacitor://K").refusal == nil)
        let kelvin = "capacitor://\u{212A}"
        #expect(kelvin == "capacitor://K")
        #expect(policy.decide("GET", from: kelvin).refusal == .originDenied(kelvin))
    }

    @Test
    func `O1: an origin has 326 bytes at most`() throws {
        let labels = Array(repeating: String(repeating: "a", count: 61), count: 4).joined(separator: ".")
        let parent = "a.shop.example"
        let longest = "https://\(labels.dropLast(9)).\(parent)"
        #expect(longest.utf8.count == 8 + 253)
        let policy = try Fixture.list.policy()
        #expect(policy.decide("GET", from: longest).refusal == nil)
        #expect(policy.decide("GET", from: longest.replacing("https://", with: "https://b")).refusal != nil)
        let label = String(repeating: "a", count: 63)
        #expect(policy.decide("GET", from: "https://\(label).shop.example").refusal == nil)
        #expect(policy.decide("GET", from: "https://\(label)a.shop.example").refusal != nil)
        let scheme = String(repeating: "s", count: 64)
        let host = String(repeating: "h", count: 253)
        let app = try Fixture.list.policy { $0.allowedOrigins = ["\(scheme)://\(host):65535"] }
        #expect(app.decide("GET", from: "\(scheme)://\(host):65535").refusal == nil)
        #expect(app.decide("GET", from: "\(scheme)://\(host)h:65535").refusal != nil)
    }

    @Test(arguments: [
        "https://app.example", "http://app.example:8080", "https://192.0.2.1", "https://[2001:db8::1]:8443",
        "https://app_1.example", "https://app.example.", "https://xn--rsum-bpad.com",
    ])
    func `O3: an exact pattern matches its origin, which is reflected`(origin: String) throws {
        let policy = try Fixture.list.policy { $0.allowedOrigins = [origin] }
        let decision = policy.decide("GET", from: origin)
        #expect(decision.verdict == .allowedOrigin)
        #expect(decision.refusal == nil)
        #expect(decision.responseLines.first == "Access-Control-Allow-Origin: \(origin)")
        #expect(policy.decide("GET", from: "https://other.example").refusal != nil)
    }

    @Test(arguments: [
        ("https://a.shop.example", true), ("https://b.a.shop.example", true),
        ("https://a-b.shop.example", true),
        ("https://shop.example", false), ("https://evilshop.example", false),
        ("https://a.shop.example.evil.com", false), ("http://a.shop.example", false),
        ("https://a.shop.example:8443", false), ("https://a.shop.example.", false),
        ("https://shop.example.a", false), ("https://a.shop-example", false),
    ])
    func `O4: a subdomain pattern matches one or more labels, never the apex`(origin: String, isAllowed: Bool)
        throws
    {
        let decision = try Fixture.list.policy().decide("GET", from: origin)
        #expect((decision.refusal == nil) == isAllowed)
    }

    @Test(arguments: [
        ("http://localhost", true), ("http://localhost:5173", true), ("http://localhost:65535", true),
        ("http://localhost:05173", false), ("http://localhost:0", false), ("http://localhost:65536", false),
        ("http://localhost:80", false), ("http://localhost:", false), ("http://localhost:+1", false),
        ("https://localhost:5173", false), ("http://a.localhost:5173", false),
        ("http://localhost.evil.com", false),
        ("http://[::1]:3000", true), ("http://[::2]:3000", false), ("http://[::1", false),
        ("http://[::1]x", false),
        ("https://a.dev.example:9", true), ("https://b.a.dev.example", true),
        ("https://dev.example:9", false),
    ])
    func `O5: a port wildcard matches any port or none`(origin: String, isAllowed: Bool) throws {
        let policy = try Fixture.list.policy {
            $0.allowedOrigins = ["http://localhost:*", "http://[::1]:*", "https://*.dev.example:*"]
        }
        #expect((policy.decide("GET", from: origin).refusal == nil) == isAllowed)
    }

    @Test
    func `O6: only an extension scheme can stand for all its hosts`() throws {
        let policy = try Fixture.list.policy { $0.allowedOrigins = ["moz-extension://*"] }
        #expect(
            policy.decide("GET", from: "moz-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc").refusal == nil
        )
        for origin in [
            "moz-extension://", "moz-extension://a/b", "moz-extension://a:1", "moz-extension:/a",
            "moz-extension://*",
            "chrome-extension://a", "xmoz-extension://a",
        ] {
            #expect(policy.decide("GET", from: origin).refusal != nil)
        }
        for pattern in ["*://app.example", "http*://app.example", "https://*", "http://*:*", "app://*"] {
            #expect(problems { $0.allowedOrigins = [pattern] }.count == 1, "\(pattern)")
        }
        #expect(problems(.listWithCredentials) { $0.allowedOrigins = ["moz-extension://*"] }.count == 1)
    }

    @Test(arguments: [
        #"^https://.*\.shop\.example$"#, #"https://.*\.shop\.example"#, #"/shop\.example/"#,
        "https?://app.example",
        "https://(a|b).shop.example", "https://[a-z]+.shop.example", "https://app.{1,3}.example",
        "https://app$",
    ])
    func `O7: a regular expression is refused`(pattern: String) {
        let shown = pattern.replacing("\\", with: "\\\\")
        let expected = [
            """
            allowedOrigins[0]: "\(shown)" looks like a regular expression, and origins are not matched with any. \
            Write whole origins, or "https://*.example.com" for subdomains.
            """
        ]
        #expect(problems { $0.allowedOrigins = [pattern] } == expected)
    }

    @Test(arguments: [
        "chrome-extension://aapbdbdomjkkjkaonfhkkikfgjllcleb", "capacitor://localhost", "tauri://localhost",
        "app://obsidian.md", "safari-web-extension://0F1C-AB", "web+app://x:8080",
    ])
    func `O8: an origin of any scheme is matched exactly`(origin: String) throws {
        let policy = try Fixture.listWithCredentials.policy { $0.allowedOrigins = [origin] }
        #expect(policy.decide("GET", from: origin).refusal == nil)
        #expect(policy.decide("GET", from: origin + "x").refusal != nil)
        #expect(policy.decide("GET", from: origin.uppercased()).refusal != nil)
        #expect(problems { $0.allowedOrigins = ["\(String(repeating: "s", count: 65))://x"] }.count == 1)
    }

    @Test
    func `O10: null is allowed by its own key and never with credentials`() throws {
        #expect(try Fixture.list.policy().decide("GET", from: "null").refusal == .originDenied("null"))
        let policy = try Fixture.list.policy { $0.allowNullOrigin = true }
        #expect(policy.decide("GET", from: "null").responseLines.first == "Access-Control-Allow-Origin: null")
        #expect(policy.decide("GET", from: "NULL").refusal != nil)
        for key in [\CORSConfiguration.allowedOrigins, \.deniedOrigins] {
            #expect(problems { $0[keyPath: key] = ["null"] }.count == 1)
        }
        #expect(problems(.listWithCredentials) { $0.allowNullOrigin = true }.count == 1)
    }

    @Test(arguments: ["file://", "file:///index.html", "data://x", "blob://x"])
    func `O11: a scheme whose pages send null is refused`(pattern: String) {
        for key in [\CORSConfiguration.allowedOrigins, \.deniedOrigins] {
            let found = problems { $0[keyPath: key] = [pattern] }
            #expect(found.count == 1)
            #expect(found.first?.contains(#"send the origin "null""#) == true)
        }
    }

    @Test(arguments: ["null", "https://app.example", "HTTPS://nonsense/", "", nil])
    func `O12: the asterisk is any origin, null and none included`(origin: String?) throws {
        for fixture in Fixture.anys {
            let decision = try fixture.policy().decide("GET", from: origin)
            #expect(decision.verdict == .anyOrigin)
            #expect(decision.refusal == nil)
            #expect(decision.responseLines.first == "Access-Control-Allow-Origin: *")
        }
        #expect(problems(.any) { $0.allowedOrigins = ["*", "https://app.example"] }.count == 1)
    }

    @Test
    func `O13: a denied origin is refused even where it is allowed`() throws {
        for fixture in Fixture.allCases {
            let policy = try fixture.policy {
                $0.deniedOrigins = ["https://bad.shop.example", "https://*.evil.example:*"]
            }
            for origin in ["https://bad.shop.example", "https://a.evil.example:1"] {
                let decision = policy.decide("GET", from: origin)
                #expect(decision.verdict == .deniedOrigin)
                #expect(decision.refusal == .originOnDenyList(origin))
                #expect(decision.responseLines.isEmpty)
            }
            #expect(policy.decide("GET", from: "https://good.shop.example").refusal == nil)
            #expect(policy.decide("GET", from: nil).refusal == nil)
        }
    }
}
