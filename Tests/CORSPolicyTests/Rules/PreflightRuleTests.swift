import Testing

@testable import CORSPolicy

@Suite
struct PreflightRuleTests {
    private let origin = "https://app.example"

    @Test
    func `P1: a preflight is OPTIONS with Origin and a method asked for`() throws {
        for fixture in Fixture.allCases {
            let policy = try fixture.policy()
            #expect(policy.preflight("PUT", from: origin).isPreflight)
            #expect(policy.preflight("", from: origin).isPreflight)
            #expect(!policy.decide("OPTIONS", from: origin).isPreflight)
            #expect(!policy.decide("OPTIONS", from: nil, preflightFor: "PUT").isPreflight)
            #expect(!policy.decide("GET", from: origin, preflightFor: "PUT").isPreflight)
            #expect(!policy.decide("options", from: origin, preflightFor: "PUT").isPreflight)
        }
    }

    @Test
    func `P2: any other OPTIONS is forwarded, listed or not`() throws {
        for fixture in Fixture.allCases {
            for allowedMethods in [["PUT"], ["OPTIONS"], []] {
                let policy = try fixture.policy { $0.allowedMethods = allowedMethods }
                #expect(policy.decide("OPTIONS", from: origin).refusal == nil)
                #expect(policy.decide("OPTIONS", from: nil, preflightFor: "PUT").refusal == nil)
            }
        }
    }

    @Test
    func `P3: a preflight is answered with 204 and no length, or with 200 and a length of 0`() throws {
        for fixture in Fixture.allCases {
            let decision = try fixture.policy().preflight("PUT", from: origin)
            #expect(decision.preflightStatus == 204)
            #expect(!decision.preflightLines.contains { $0.hasPrefix("Content-Length") })
            let old = try fixture.policy { $0.preflightStatus = 200 }.preflight("PUT", from: origin)
            #expect(old.preflightStatus == 200)
            #expect(old.preflightLines == decision.preflightLines + ["Content-Length: 0"])
        }
    }

    @Test(arguments: ["https://evil.example", "null", "", "https://shop.example"])
    func `P4: a denied origin gets 403 and no CORS field`(origin: String) throws {
        for fixture in Fixture.lists {
            let decision = try fixture.policy { $0.preflightStatus = 200 }
                .preflight("PUT", from: origin, headers: ["x-a"])
            #expect(decision.preflightStatus == 403)
            #expect(decision.refusal == .originDenied(origin))
            #expect(decision.preflightLines == ["Vary: Origin", "Cache-Control: no-store"])
        }
    }

    @Test(arguments: [
        ("PURGE", ["x-a"], PreflightMismatch.method("PURGE")), ("put", ["x-a"], .method("put")),
        ("OPTIONS", [], .method("OPTIONS")), ("P T", [], .method("P T")), ("TRACE", [], .method("TRACE")),
        ("PUT", ["x-a,x-b"], .header("x-b")), ("PUT", ["authorization"], .header("authorization")),
        ("PURGE", ["x-b"], .method("PURGE")),
    ])
    func `P5: a method or header that is not allowed is answered with the real lists`(
        method: String,
        headers: [String],
        mismatch: PreflightMismatch
    ) throws {
        let policy = try Fixture.list.policy()
        let decision = policy.preflight(method, from: origin, headers: headers)
        #expect(decision.refusal == nil)
        #expect(decision.preflightStatus == 204)
        #expect(decision.preflightMismatch == mismatch)
        #expect(decision.preflightLines == policy.preflight("PUT", from: origin).preflightLines)
    }

    @Test(arguments: ["GET", "HEAD", "POST", "PUT", "DELETE"])
    func `P6: finite lists are sent whole whatever is asked for`(method: String) throws {
        let lists = [
            "Access-Control-Allow-Methods: PUT,DELETE", "Access-Control-Allow-Headers: content-type,x-a",
            "Access-Control-Max-Age: 600", "Cache-Control: no-store",
        ]
        for headers in [[], [""], ["x-a"], ["X-A"], ["x-a, content-type"], ["content-type", "x-a"]] {
            let decision = try Fixture.list.policy().preflight(method, from: origin, headers: headers)
            #expect(decision.preflightLines == ["Access-Control-Allow-Origin: \(origin)"] + lists)
            #expect(decision.preflightMismatch == nil)
        }
        let credentials = try Fixture.listWithCredentials.policy().preflight(method, from: origin)
        let first = ["Access-Control-Allow-Origin: \(origin)", "Access-Control-Allow-Credentials: true"]
        #expect(credentials.preflightLines == first + lists)
    }

    @Test(arguments: [(Fixture.any, "*"), (.anyWithAuthorization, "*,authorization")])
    func `P6: the asterisk without credentials is sent as it is`(fixture: Fixture, headers: String) throws {
        let decision = try fixture.policy().preflight("PURGE", from: "null", headers: ["x-b"])
        #expect(
            decision.preflightLines == [
                "Access-Control-Allow-Origin: *", "Access-Control-Allow-Methods: *",
                "Access-Control-Allow-Headers: \(headers)", "Access-Control-Max-Age: 7200",
                "Cache-Control: no-store",
            ]
        )
        #expect(decision.preflightMismatch == nil)
    }

    @Test
    func `P6: the asterisk with credentials becomes the names asked for`() throws {
        let policy = try Fixture.listWithCredentials.policy {
            $0.allowedMethods = ["*"]
            $0.allowedHeaders = ["*"]
        }
        let decision = policy.preflight("PURGE", from: origin, headers: ["x-b , X-A", "authorization"])
        #expect(
            decision.preflightLines == [
                "Access-Control-Allow-Origin: \(origin)", "Access-Control-Allow-Credentials: true",
                "Access-Control-Allow-Methods: PURGE", "Access-Control-Allow-Headers: x-b,x-a",
                "Access-Control-Max-Age: 600",
                "Vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
                "Cache-Control: no-store",
            ]
        )
        #expect(decision.preflightMismatch == .header("authorization"))
    }

    @Test
    func `P7: no answer to a preflight may be stored`() throws {
        for fixture in Fixture.allCases {
            for origin in ["https://app.example", "https://evil.example"] {
                let decision = try fixture.policy().preflight("PUT", from: origin)
                #expect(decision.preflightLines.contains("Cache-Control: no-store"))
            }
        }
    }

    @Test
    func `a private network is granted where it is asked for and allowed`() throws {
        let line = "Access-Control-Allow-Private-Network: true"
        for fixture in Fixture.allCases {
            for isAllowed in [true, false] {
                let policy = try fixture.policy { $0.allowPrivateNetwork = isAllowed }
                for asks in [true, false] {
                    var request = CORSRequest(method: "OPTIONS", origin: origin, requestMethod: "PUT")
                    request.requestsPrivateNetwork = asks
                    #expect(policy.decide(request).preflightLines.contains(line) == (isAllowed && asks))
                }
            }
        }
    }
}
