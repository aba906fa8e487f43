import CORSPolicy
import HTTPSyntax
import Testing

@testable import ProxyCore

@Suite struct ResponseRewriteTests {
    private func rewritten(
        _ fields: [String],
        status: Int = 200,
        origin: String? = "https://app.example",
        policy: CORSPolicy? = nil,
        edits: FieldEdits? = nil,
        redirects: [ResponseRewrite.FollowedRedirect] = [],
        destination: String? = nil,
        isSandboxed: Bool = true,
        realmMark: String? = nil,
        location: LocationEdit = .keep
    ) throws -> [String] {
        var head = try responseHead(status, fields)
        ResponseRewrite(
            decision: try (policy ?? TestPolicy.list()).decision(from: origin),
            edits: edits ?? FieldEdits(removals: [], additions: []),
            headerRules: [],
            cookies: [],
            screen: SecretScreen([]),
            trace: ResponseRewrite.Trace(
                requested: target("api.example", "/a?secret=1"),
                final: redirects.last?.target ?? target("api.example", "/a?secret=1")
            ),
            isSandboxed: isSandboxed,
            realmMark: realmMark,
            redirects: redirects,
            destination: FetchDestination(destination.map { Array($0.utf8)[...] }),
            pseudonym: "corsway-x"
        ).apply(to: &head, location: location)
        return head.fields.texts
    }

    private static let via = "Via: 1.1 corsway-x"
    private static let trace = [
        "X-Request-URL: http://api.example/a?secret=1", "X-Final-URL: http://api.example/a?secret=1",
    ]
    private static let sandbox = "Content-Security-Policy: sandbox"
    private static let shared = [
        "Cross-Origin-Resource-Policy: cross-origin", "Access-Control-Allow-Origin: https://app.example",
        "Access-Control-Expose-Headers: etag,x-corsway-error,x-final-url,x-request-id,x-request-url",
        "Vary: Origin",
    ]

    @Test func `a page that may read the response gets it with these fields`() throws {
        #expect(
            try rewritten(["Content-Type: text/html", "ETag: 1"])
                == ["Content-Type: text/html", "ETag: 1", Self.via] + Self.trace + [Self.sandbox]
                + Self.shared
        )
    }

    @Test func `a page that may not read it gets none of the policy's fields`() throws {
        #expect(
            try rewritten(
                ["ETag: 1", "Cross-Origin-Resource-Policy: same-origin", "Access-Control-Allow-Origin: *"],
                origin: "https://evil.example"
            )
                == ["ETag: 1", "Cross-Origin-Resource-Policy: same-origin", Self.via] + Self.trace
                + [Self.sandbox, "Vary: Origin"]
        )
    }

    @Test func `what must not pass does not`() throws {
        let fields = [
            "Connection: close, X-Named", "Keep-Alive: 5", "Transfer-Encoding: chunked", "Trailer: X-T",
            "Upgrade: h2c", "Proxy-Authenticate: Basic", "Proxy-Authentication-Info: x", "X-Named: 1",
            "Set-Cookie: a=b", "Set-Cookie2: a=b", "Clear-Site-Data: \"*\"",
            "Strict-Transport-Security: max-age=1", "Alt-Svc: h3=\":443\"", "Service-Worker-Allowed: /",
            "NEL: {}", "Report-To: {}", "Reporting-Endpoints: a=\"/\"",
            "Access-Control-Allow-Origin: *", "Access-Control-Allow-Credentials: true",
            "ACCESS-CONTROL-EXPOSE-HEADERS: *", "Access-Control-Something-New: 1",
            "Access-Control-Max-Age: 1",
            "Cross-Origin-Resource-Policy: same-origin", "X-Request-URL: x", "X-Final-URL: x",
            "X-Corsway-Error: x", "X-CORS-Redirect-1: 302 http://bank.example/", "x-cors-redirect-77: x",
        ]
        #expect(try rewritten(fields) == [Self.via] + Self.trace + [Self.sandbox] + Self.shared)
    }

    @Test func `RFC 9110 §7.6.3 Via stands behind the upstream's`() throws {
        #expect(try rewritten(["Via: 1.1 cdn"]).prefix(2) == ["Via: 1.1 cdn", Self.via])
    }

    @Test func `redirects that were followed are told one by one`() throws {
        let redirects = [
            ResponseRewrite.FollowedRedirect(status: 301, target: target("b.example", "/b", scheme: .https)),
            ResponseRewrite.FollowedRedirect(status: 307, target: target("c.example", "/c?x", port: 81)),
        ]
        let lines = try rewritten([], redirects: redirects)
        #expect(
            lines.filter { $0.hasPrefix("X-") } == [
                "X-Request-URL: http://api.example/a?secret=1", "X-CORS-Redirect-1: 301 https://b.example/b",
                "X-CORS-Redirect-2: 307 http://c.example:81/c?x", "X-Final-URL: http://c.example:81/c?x",
            ]
        )
    }

    @Test func `Location is changed where it is to be, and only there`() throws {
        let given = ["Location: /x"]
        #expect(try rewritten(given, status: 302).first == "Location: /x")
        let lines = try rewritten(given, status: 302, location: .set("http://localhost/http://h/x"))
        #expect(lines.filter { $0.hasPrefix("Location") } == ["Location: http://localhost/http://h/x"])
        #expect(try !rewritten(given, status: 302, location: .drop).contains { $0.hasPrefix("Location") })
    }

    @Test(arguments: ["document", "iframe", "embed", "object", "frame"])
    func `what is rendered must not be guessed`(destination: String) throws {
        let lines = try rewritten(["X-Content-Type-Options: none"], destination: destination)
        #expect(lines.filter { $0.hasPrefix("X-Content") } == ["X-Content-Type-Options: nosniff"])
        #expect(lines.contains(Self.sandbox))
    }

    @Test func `what a script fetches keeps the upstream's word`() throws {
        let lines = try rewritten(["X-Content-Type-Options: none"], destination: "empty")
        #expect(lines.filter { $0.hasPrefix("X-Content") } == ["X-Content-Type-Options: none"])
    }

    @Test func `the sandbox stands beside the upstream's own policy`() throws {
        let lines = try rewritten(["Content-Security-Policy: default-src *"])
        #expect(
            lines.filter { $0.hasPrefix("Content-Security") }
                == ["Content-Security-Policy: default-src *", Self.sandbox]
        )
    }

    @Test func `the configuration's edits cannot speak for the policy or the trace`() throws {
        let edits = FieldEdits(
            removals: ["Server"],
            additions: [("X-Request-URL", "x"), ("Cache-Control", "no-store")]
        )
        let lines = try rewritten(["Server: s", "Cache-Control: public"], edits: edits)
        #expect(
            lines == ["Cache-Control: no-store", Self.via] + Self.trace + [Self.sandbox] + Self.shared
        )
    }

    @Test func `without a decision nothing is said of origins`() throws {
        var head = try responseHead(200, ["Access-Control-Allow-Origin: *"])
        ResponseRewrite(
            decision: nil,
            edits: FieldEdits(removals: [], additions: []),
            headerRules: [],
            cookies: [],
            screen: SecretScreen([]),
            trace: ResponseRewrite.Trace(requested: target("a"), final: target("a")),
            isSandboxed: true,
            redirects: [],
            destination: .other,
            pseudonym: "p"
        ).apply(to: &head)
        #expect(
            head.fields.texts
                == ["Via: 1.1 p", "X-Request-URL: http://a/", "X-Final-URL: http://a/", Self.sandbox]
        )
    }

    /// Fields that act on the origin of a response as a whole.
    private static let originFields = [
        "Accept-CH: Sec-CH-UA-Model", "Critical-CH: Sec-CH-UA-Model", "Use-As-Dictionary: match=\"/*\"",
        "Secure-Session-Registration: (ES256)", "Secure-Session-Challenge: \"x\"",
        "Sec-Session-Registration: (ES256)",
        "Sec-Session-Challenge: \"x\"", "Set-Login: logged-in", "Origin-Agent-Cluster: ?1",
        "Public-Key-Pins: x",
        "Public-Key-Pins-Report-Only: x", "Expect-CT: max-age=1", "Activate-Storage-Access: load",
        "Attribution-Reporting-Register-Source: {}", "attribution-reporting-register-os-trigger: x",
        "Attribution-Reporting-Info: x", "Shared-Storage-Write: clear", "Observe-Browsing-Topics: ?1",
    ]

    @Test func `where targets share an origin none acts on all of it`() throws {
        let others = ["Accept-Ranges: bytes", "Attribution: x", "Sec-Session: x"]
        #expect(
            try rewritten(Self.originFields + others)
                == others + [Self.via] + Self.trace + [Self.sandbox] + Self.shared
        )
        let own = try rewritten(Self.originFields, isSandboxed: false)
        #expect(own == Self.originFields + [Self.via] + Self.trace + Self.shared)
    }

    @Test func `the realm of a Basic challenge is the target's own, other challenges stay as they are`()
        throws
    {
        let given = [
            "WWW-Authenticate: Basic realm=\"x\"", "WWW-Authenticate: Bearer  realm=\"x\", \u{00FF}",
            "X-A: 1",
        ]
        let lines = try rewritten(given, status: 401, realmMark: "https://a.example")
        #expect(
            lines.prefix(3) == ["WWW-Authenticate: Basic realm=\"https://a.example x\"", given[1], given[2]]
        )
        #expect(try rewritten(given, status: 401).prefix(3) == given[0..<3])
    }
}
