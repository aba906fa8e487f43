import Testing

@testable import CORSPolicy

@Suite
struct HintTests {
    private let origins = [
        "https://app.example", "https://www.site.example", "https://*.shop.example", "http://localhost:*",
        "https://api.example:8443", "moz-extension://*",
    ]

    @Test(arguments: [
        ("http://app.example", "https://app.example", "its scheme is https, the origin's http"),
        ("http://a.shop.example", "https://*.shop.example", "its scheme is https, the origin's http"),
        ("https://app.example:3000", "https://app.example", "its port is the default, the origin's 3000"),
        ("https://api.example", "https://api.example:8443", "its port is 8443, the origin's the default"),
        (
            "https://www.app.example", "https://app.example",
            #"it does not begin with "www.", the origin does"#
        ),
        ("https://site.example", "https://www.site.example", #"it begins with "www.", the origin does not"#),
        ("https://shop.example", "https://*.shop.example", "it covers the subdomains, not the domain itself"),
        ("https://a.app.example", "https://app.example", "it covers the one host, not its subdomains"),
        (
            "http://127.0.0.1:5173", "http://localhost:*",
            "localhost and 127.0.0.1 are different hosts to a browser"
        ),
        ("https://app.example/", "https://app.example", "the origin has a trailing slash"),
        (
            "HTTPS://A.shop.example:443", "https://*.shop.example",
            "the origin has upper-case letters and the default port of its scheme"
        ),
        ("app.example", "https://app.example", "the origin has no scheme"),
    ])
    func `the closest pattern is named with what keeps it from matching`(
        origin: String,
        pattern: String,
        reason: String
    ) throws {
        let policy = try Fixture.list.policy { $0.allowedOrigins = origins }
        #expect(policy.decide("GET", from: origin).refusal != nil)
        #expect(policy.nearestMiss(to: origin) == #"The closest pattern is "\#(pattern)": \#(reason)."#)
    }

    @Test(arguments: [
        "https://evil.example", "https://a.shop.example.evil.com", "https://evilshop.example", "", "null",
        "*",
        "https://*.shop.example", "ftp://x", "\u{0}", "https://app.example.evil.com",
    ])
    func `an origin that is not close to any pattern has no nearest miss`(origin: String) throws {
        let policy = try Fixture.list.policy { $0.allowedOrigins = origins }
        #expect(policy.nearestMiss(to: origin) == nil)
    }

    @Test(arguments: [
        ("https://app.example", "https://app.example"),
        ("https://b.a.shop.example", "https://*.shop.example"),
        ("http://localhost:5173", "http://localhost:*"), ("https://evil.example", nil),
        ("https://app.example/", nil),
    ])
    func `the pattern that matches is named`(origin: String, pattern: String?) throws {
        let policy = try Fixture.list.policy { $0.allowedOrigins = origins }
        #expect(policy.matchingPattern(for: origin) == pattern)
        #expect(try Fixture.any.policy().matchingPattern(for: origin) == nil)
    }

    @Test(arguments: [
        (
            CORSRefusal.originDenied("https://www.app.example"),
            #"Add "https://www.app.example" to routes[1].cors.allowedOrigins. The closest pattern is "https://app.example": it does not begin with "www.", the origin does."#
        ),
        (
            .originDenied("https://evil.example"),
            #"Add "https://evil.example" to routes[1].cors.allowedOrigins."#
        ),
        (
            .originDenied("https://app.example/"),
            #"No browser sends such an origin. The closest pattern is "https://app.example": the origin has a trailing slash."#
        ),
        (.originDenied("null"), "Set routes[1].cors.allowNullOrigin to true."),
        (
            .originOnDenyList("https://a.bad.example"),
            #"Remove "https://*.bad.example" from routes[1].cors.deniedOrigins."#
        ),
        (.originRequired, "Send an Origin field, or set routes[1].cors.requireOrigin to false."),
        (
            .crossSite("cross-site"),
            "Ask with fetch() in CORS mode, or with the attribute crossorigin, so that Origin is sent."
        ),
        (.methodForbidden("TRACE"), "Use another method."),
        (.methodDenied("PURGE"), #"Add "PURGE" to routes[1].cors.allowedMethods."#),
    ])
    func `a hint says what to change and where`(refusal: CORSRefusal, hint: String) throws {
        var configuration = Fixture.list.configuration
        configuration.deniedOrigins = ["https://*.bad.example"]
        let keys = ["allowedOrigins", "deniedOrigins", "allowedMethods"]
        let policy = try configuration.policy(at: .route("routes[1].cors", ownKeys: Set(keys)))
        #expect(policy.hint(for: refusal) == hint)
    }

    @Test(arguments: [
        (
            CORSRefusal.originDenied("https://evil.example"),
            "Start corsway with --allow-origin https://evil.example."
        ),
        (.originDenied("null"), "Set cors.allowNullOrigin (in a file, --config FILE) to true."),
    ])
    func `without a file a hint names the flag, or says that one is needed`(
        refusal: CORSRefusal,
        hint: String
    ) throws {
        #expect(try Fixture.list.configuration.policy(at: .commandLine).hint(for: refusal).hasPrefix(hint))
    }

    @Test(arguments: [
        (CORSRefusal.originDenied("https://evil.example"), "cors.allowedOrigins"),
        (.originOnDenyList("https://a.bad.example"), "cors.deniedOrigins"),
        (.methodDenied("PURGE"), "cors.allowedMethods"),
        (.originDenied("null"), "routes[1].cors.allowNullOrigin"),
        (.originRequired, "routes[1].cors.requireOrigin"),
    ])
    func `of a route's policy the global one's lists are told, and the route's own flags`(
        refusal: CORSRefusal,
        key: String
    ) throws {
        let policy = try Fixture.list.configuration.policy(at: .route("routes[1].cors", ownKeys: ["maxAge"]))
        #expect(policy.hint(for: refusal).contains(" \(key)"), "\(policy.hint(for: refusal))")
    }

    @Test(arguments: ["allowCredentials", "allowNullOrigin", "requireOrigin"])
    func `a flag is told of the route's own policy, which loses nothing by it`(key: String) {
        #expect(PolicyPlace.route("routes[1].cors", ownKeys: []).path(of: key) == "routes[1].cors.\(key)")
        #expect(PolicyPlace.global.path(of: key) == "cors.\(key)")
    }

    @Test(arguments: [
        (
            PreflightMismatch.method("PURGE"), #"Method "PURGE" is not allowed."#,
            #"Add "PURGE" to cors.allowedMethods."#
        ),
        (.header("x-b"), #"Header "x-b" is not allowed."#, #"Add "x-b" to cors.allowedHeaders."#),
        (
            .malformedHeaders, "Access-Control-Request-Headers is malformed or too long.",
            "Send at most 128 header names of at most 128 bytes, separated by commas."
        ),
    ])
    func `what a browser will stop at has a message and a hint`(
        mismatch: PreflightMismatch,
        message: String,
        hint: String
    ) throws {
        #expect(mismatch.message == message)
        #expect(try Fixture.list.policy().hint(for: mismatch) == hint)
        let own = Set(["allowedMethods", "allowedHeaders"])
        let policy = try Fixture.list.configuration.policy(at: .route("routes[1].cors", ownKeys: own))
        #expect(policy.hint(for: mismatch) == hint.replacing(" cors.", with: " routes[1].cors."))
    }
}
