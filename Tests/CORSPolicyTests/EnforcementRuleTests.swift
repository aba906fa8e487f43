import Testing

@testable import CORSPolicy

@Suite
struct EnforcementRuleTests {
    @Test(arguments: ["GET", "POST", "PUT", "OPTIONS", "PURGE"])
    func `E1: a denied origin is refused with 403 and not stored`(method: String) throws {
        for fixture in Fixture.lists {
            let decision = try fixture.policy().decide(method, from: "https://evil.example")
            #expect(decision.refusal == .originDenied("https://evil.example"))
            #expect(decision.refusal?.status == 403)
            #expect(decision.refusalLines == ["Cache-Control: no-store"])
            #expect(decision.responseLines.isEmpty)
            #expect(decision.variesByOrigin)
            #expect(!decision.isPreflight)
        }
        let any = try Fixture.any.policy { $0.deniedOrigins = ["https://evil.example"] }
        let decision = any.decide(method, from: "https://evil.example")
        #expect(decision.refusal?.status == 403)
        #expect(decision.variesByOrigin)
    }

    @Test
    func `E1: the proxy's own pages are refused to a denied origin too`() throws {
        let policy = try Fixture.list.policy()
        let request = CORSRequest(method: "GET", origin: "https://evil.example", isOwnPage: true)
        #expect(policy.decide(request).refusal?.status == 403)
    }

    @Test
    func `E3: a request without Origin passes unless one is required`() throws {
        for fixture in Fixture.allCases {
            #expect(try fixture.policy().decide("GET", from: nil).refusal == nil)
            let policy = try fixture.policy { $0.requireOrigin = true }
            let decision = policy.decide("GET", from: nil)
            #expect(decision.refusal == .originRequired)
            #expect(decision.refusal?.status == 403)
            #expect(policy.decide("GET", from: "https://app.example").refusal == nil)
            #expect(policy.decide(CORSRequest(method: "GET", isOwnPage: true)).refusal == nil)
        }
    }

    @Test(arguments: [
        ("cross-site", true), ("same-site", true), ("same-origin", false), ("none", false), (nil, false),
        ("Cross-Site", false), ("", false),
    ])
    func `E4: another site's request without Origin is refused where origins are listed`(
        site: String?,
        isRefused: Bool
    ) throws {
        var request = CORSRequest(method: "GET", secFetchSite: site)
        for fixture in Fixture.lists {
            let refusal = try fixture.policy().decide(request).refusal
            #expect(refusal == (isRefused ? site.map { .crossSite($0) } : nil))
        }
        for fixture in Fixture.anys {
            #expect(try fixture.policy().decide(request).refusal == nil)
        }
        request.isOwnPage = true
        #expect(try Fixture.list.policy().decide(request).refusal == nil)
        request = CORSRequest(method: "GET", origin: "https://app.example", secFetchSite: site)
        #expect(try Fixture.list.policy().decide(request).refusal == nil)
    }

    @Test(arguments: [
        (
            CORSRefusal.originDenied("https://x.example"), 403, "origin-denied",
            #"Origin "https://x.example" is not allowed."#
        ),
        (
            .originOnDenyList("https://x.example"), 403, "origin-on-deny-list",
            #"Origin "https://x.example" is denied."#
        ),
        (.originRequired, 403, "origin-required", "The request has no Origin."),
        (
            .crossSite("same-site"), 403, "cross-site",
            #"The request has no Origin, but Sec-Fetch-Site is "same-site"."#
        ),
        (.methodForbidden("TRACE"), 405, "method-forbidden", #"Method "TRACE" is never forwarded."#),
        (.methodDenied("PURGE"), 405, "method-denied", #"Method "PURGE" is not allowed."#),
        (
            .originDenied("a\u{1B}[31m\"\\\u{202E}é"), 403, "origin-denied",
            #"Origin "a\u{1B}[31m\"\\\u{202E}é" is not allowed."#
        ),
    ])
    func `a refusal has a status, a stable name and a message`(
        refusal: CORSRefusal,
        status: Int,
        name: String,
        message: String
    ) {
        #expect(refusal.status == status)
        #expect(refusal.name == name)
        #expect(refusal.message == message)
    }

    @Test
    func `a message cuts what is too long`() {
        let message = CORSRefusal.originDenied(String(repeating: "a", count: 10_000)).message
        #expect(message == "Origin \"\(String(repeating: "a", count: 128))…\" is not allowed.")
    }
}
