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
        ("https://app.example", true), ("https://a.shop.example", true), ("https://evil.example", false),
        ("https://app.example/", false), ("https://bad.shop.example", false), ("null", false), (nil, false),
    ])
    func `E8: an allowed origin in Referer stands for an absent Origin`(referer: String?, stands: Bool) throws
    {
        let policy = try Fixture.list.policy { $0.deniedOrigins = ["https://bad.shop.example"] }
        for site in ["cross-site", "same-site"] {
            var request = CORSRequest(method: "GET", secFetchSite: site)
            request.refererOrigin = referer
            let decision = policy.decide(request)
            #expect(decision.refusal == (stands ? nil : .crossSite(site)))
            #expect(decision.embeddingOrigin == (stands ? referer : nil))
            #expect(decision.mayEmbed == stands && !decision.mayShare)
            #expect(decision.verdict == .notCORS && decision.variesByOrigin)
            #expect(decision.responseLines.isEmpty)
        }
    }

    @Test
    func `E8: it satisfies no demand for an Origin, and never goes with credentials`() throws {
        var request = CORSRequest(method: "GET", secFetchSite: "cross-site")
        request.refererOrigin = "https://app.example"
        let required = try Fixture.list.policy { $0.requireOrigin = true }.decide(request)
        #expect(required.refusal == .originRequired && !required.mayEmbed)
        let credentials = try Fixture.listWithCredentials.policy().decide(request)
        #expect(credentials.refusal == .crossSite("cross-site") && !credentials.mayEmbed)
        // Where there is an Origin, Referer says nothing.
        request.origin = "https://evil.example"
        #expect(try Fixture.list.policy().decide(request).refusal == .originDenied("https://evil.example"))
        request.origin = nil
        request.secFetchSite = nil
        for fixture in Fixture.anys {
            let decision = try fixture.policy().decide(request)
            #expect(decision.verdict == .anyOrigin && decision.embeddingOrigin == nil && decision.mayShare)
        }
    }

    @Test(arguments: ["GET", "POST", "PUT", "PATCH", "OPTIONS"])
    func `E9: a request within its own origin needs no entry, and no method listed`(method: String) throws {
        var request = CORSRequest(
            method: method,
            origin: "http://own.example:8080",
            secFetchSite: "same-origin"
        )
        request.isSameOrigin = true
        for fixture in Fixture.allCases {
            let policy = try fixture.policy {
                $0.deniedOrigins = ["http://own.example:8080"]
                $0.requireOrigin = true
                $0.allowedMethods = ["PUT"]
            }
            let decision = policy.decide(request)
            #expect(decision.refusal == nil && !decision.isPreflight)
            let isAny = Fixture.anys.contains(fixture)
            #expect(decision.verdict == (isAny ? .anyOrigin : .sameOrigin))
            #expect(decision.variesByOrigin == !isAny)
            // Where any origin may read, every answer says so; elsewhere nothing is due.
            #expect(decision.responseLines.contains("Access-Control-Allow-Origin: *") == isAny)
            #expect(isAny || decision.responseLines.isEmpty && !decision.mayEmbed)
        }
    }

    @Test
    func `E9: forbidden methods stay forbidden, and a preflight is judged by the list`() throws {
        var request = CORSRequest(method: "TRACE", origin: "http://own.example:8080")
        request.isSameOrigin = true
        let policy = try Fixture.list.policy()
        #expect(policy.decide(request).refusal == .methodForbidden("TRACE"))
        request.method = "OPTIONS"
        request.requestMethod = "PUT"
        let decision = policy.decide(request)
        #expect(decision.isPreflight && decision.preflightStatus == 403)
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
