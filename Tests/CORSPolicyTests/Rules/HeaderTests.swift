import Testing

@testable import CORSPolicy

@Suite
struct RequestHeaderTests {
    private let origin = "https://app.example"

    private func allowHeaders(_ policy: CORSPolicy, _ lines: [String]) -> String? {
        let prefix = "Access-Control-Allow-Headers: "
        return policy.preflight("PUT", from: origin, headers: lines).preflightLines
            .first { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    }

    private func reflecting(_ headers: [String]) throws -> CORSPolicy {
        try Fixture.listWithCredentials.policy { $0.allowedHeaders = headers }
    }

    static let malformed: [[String]] = [
        ["a b"], ["x-\u{E9}"], ["x-a;q"], ["x-a\0"], ["x-a,   x-b"], ["  x-a "], ["   "], ["\u{B}x-a"],
        [String(repeating: ",", count: 16)], Array(repeating: "", count: 17),
        [String(repeating: "a", count: 129)], [Array(repeating: "x-a", count: 129).joined(separator: ",")],
        Array(repeating: String(repeating: "a", count: 128), count: 64),
        [String(repeating: "x", count: 8193)],
    ]

    @Test(arguments: malformed)
    func `malformed or excessive names get no list, whatever the policy`(lines: [String]) throws {
        for policy in [
            try Fixture.list.policy(), try Fixture.any.policy(), try Fixture.anyWithAuthorization.policy(),
            try reflecting(["*"]),
        ] {
            #expect(allowHeaders(policy, lines) == nil)
            let decision = policy.preflight("PUT", from: origin, headers: lines)
            #expect(decision.preflightMismatch == .malformedHeaders)
            #expect(decision.preflightStatus == 204)
            #expect(decision.refusal == nil)
        }
    }

    @Test(arguments: [
        ["\tx-a ,\t\tx-b"], ["x-a,  x-b"], [String(repeating: ",", count: 15)],
        Array(repeating: "", count: 16),
        [String(repeating: "a", count: 128)], [Array(repeating: "x-a", count: 128).joined(separator: ",")],
        Array(repeating: String(repeating: "a", count: 128), count: 63), ["x-b,x-a,x-b"],
    ])
    func `names within the bounds are read`(lines: [String]) throws {
        #expect(allowHeaders(try Fixture.any.policy(), lines) == "*")
        #expect(RequestedHeaderNames.read(lines) != nil)
    }

    @Test
    func `the bound of 8 KiB counts the commas that join lines`() {
        let lines = Array(repeating: String(repeating: "a", count: 128), count: 63)
        let used = 63 * 128 + 62
        #expect(RequestedHeaderNames.read(lines + [String(repeating: "a", count: 8192 - used - 1)]) != nil)
        #expect(RequestedHeaderNames.read(lines + [String(repeating: "a", count: 8192 - used)]) == nil)
    }

    @Test(arguments: [
        (Fixture.list, "content-type,x-a,last-event-id"), (.any, "*"),
        (.anyWithAuthorization, "*,authorization"),
    ])
    func `Last-Event-ID is always allowed`(fixture: Fixture, expected: String) throws {
        let policy = try fixture.policy()
        #expect(allowHeaders(policy, ["last-event-id"]) == expected)
        #expect(policy.preflight("GET", from: origin, headers: ["Last-Event-ID"]).preflightMismatch == nil)
        let none = try Fixture.list.policy { $0.allowedHeaders = [] }
        #expect(allowHeaders(none, ["last-event-id"]) == "last-event-id")
        #expect(allowHeaders(none, ["x-a"]) == nil)
        let listed = try Fixture.list.policy { $0.allowedHeaders = ["Last-Event-ID"] }
        #expect(allowHeaders(listed, ["last-event-id"]) == "last-event-id")
    }

    @Test
    func `the asterisk does not cover Authorization`() throws {
        let without = try Fixture.any.policy().preflight("GET", from: origin, headers: ["authorization"])
        #expect(without.preflightMismatch == .header("authorization"))
        let with = try Fixture.anyWithAuthorization.policy()
        #expect(with.preflight("GET", from: origin, headers: ["Authorization"]).preflightMismatch == nil)
        #expect(allowHeaders(try reflecting(["*"]), ["authorization,x-b"]) == "x-b")
        #expect(allowHeaders(try reflecting(["*"]), ["authorization"]) == nil)
        #expect(
            allowHeaders(try reflecting(["*", "Authorization"]), ["authorization,x-b"]) == "authorization,x-b"
        )
    }

    @Test(arguments: [
        "cookie", "Sec-Fetch-Site", "proxy-authorization", "host", "access-control-request-method",
    ])
    func `a forbidden name keeps the others from being reflected`(name: String) throws {
        let policy = try reflecting(["*"])
        #expect(allowHeaders(policy, ["x-b,\(name)"]) == nil)
        #expect(
            policy.preflight("PUT", from: origin, headers: ["x-b,\(name)"]).preflightMismatch
                == .header(name.lowercased())
        )
    }

    @Test
    func `nothing is reflected where nothing is asked for`() throws {
        #expect(allowHeaders(try reflecting(["*"]), []) == nil)
    }

    @Test
    func `request headers are not enforced on actual requests`() throws {
        let request = CORSRequest(method: "GET", origin: origin, requestHeaders: ["x-unlisted"])
        #expect(try Fixture.list.policy().decide(request).refusal == nil)
    }
}

@Suite
struct ExposedHeaderTests {
    private let origin = "https://app.example"

    @Test
    func `a list and the proxy's own fields are on every actual response, on no preflight`() throws {
        let policy = try Fixture.list.policy()
        #expect(policy.decide("GET", from: origin).responseLines(status: 304).last == exposedByList)
        #expect(
            policy.decide("GET", from: origin).responseLines(status: 200, redirects: 2).last
                == "\(exposedByList),x-cors-redirect-1,x-cors-redirect-2"
        )
        let none = try Fixture.list.policy { $0.exposedHeaders = [] }
        #expect(
            none.decide("GET", from: origin).responseLines.last
                == "Access-Control-Expose-Headers: x-corsway-error,x-final-url,x-request-id,x-request-url"
        )
        for fixture in Fixture.allCases {
            let lines = try fixture.policy().preflight("PUT", from: origin).preflightLines
            #expect(!lines.contains { $0.hasPrefix("Access-Control-Expose-Headers") })
        }
    }

    @Test
    func `the asterisk without credentials is sent as it is`() throws {
        let any = try Fixture.any.policy()
        for redirects in 0...1 {
            let lines = any.decide("GET", from: nil).responseLines(
                status: 200,
                redirects: redirects,
                sent: ["ETag"]
            )
            #expect(lines == ["Access-Control-Allow-Origin: *", "Access-Control-Expose-Headers: *"])
        }
    }

    @Test
    func `any origin with a list exposes the redirects followed`() throws {
        let policy = try Fixture.any.policy { $0.exposedHeaders = ["etag"] }
        let decision = policy.decide("GET", from: nil)
        #expect(decision.responseLines == ["Access-Control-Allow-Origin: *", exposedByList])
        #expect(
            decision.responseLines(status: 200, redirects: 1)
                == ["Access-Control-Allow-Origin: *", "\(exposedByList),x-cors-redirect-1"]
        )
    }

    @Test
    func `the asterisk with credentials becomes the sorted names of what is sent`() throws {
        let policy = try Fixture.listWithCredentials.policy { $0.exposedHeaders = ["*"] }
        let sent = ["X-Final-URL", "ETag", "Set-Cookie", "set-cookie2", "etag", "bad name"]
        let decision = policy.decide("GET", from: origin)
        let start = ["Access-Control-Allow-Origin: \(origin)", "Access-Control-Allow-Credentials: true"]
        #expect(
            decision.responseLines(status: 200, sent: sent)
                == start + ["Access-Control-Expose-Headers: etag,x-final-url"]
        )
        #expect(decision.responseLines(status: 304, sent: sent) == start)
        #expect(decision.responseLines(status: 200, sent: ["Set-Cookie"]) == start)
    }

    @Test
    func `the names of what is sent are asked for only where they are needed`() throws {
        for fixture in Fixture.allCases {
            var wasAsked = false
            _ = try fixture.policy().decide("GET", from: origin).responseFields(status: 200) {
                wasAsked = true
                return []
            }
            #expect(!wasAsked)
        }
    }
}
