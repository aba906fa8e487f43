import Testing

@testable import CORSPolicy

@Suite
struct CredentialsRuleTests {
    @Test(arguments: [nil, "null", "https://app.example"])
    func `C1: any origin gets a literal asterisk on every response and no Vary`(origin: String?) throws {
        let expected = ["Access-Control-Allow-Origin: *", "Access-Control-Expose-Headers: *"]
        for fixture in Fixture.anys {
            for deniedOrigins in [[], ["https://evil.example"]] {
                let policy = try fixture.policy { $0.deniedOrigins = deniedOrigins }
                let decision = policy.decide("GET", from: origin)
                #expect(decision.responseLines == expected)
                #expect(decision.responseLines(status: 304) == expected)
                #expect(!decision.variesByOrigin)
                #expect(decision.mayShare)
                #expect(!policy.decide("TRACE", from: origin).variesByOrigin)
                #expect(policy.decide("TRACE", from: origin).responseLines == expected)
            }
        }
    }

    @Test
    func `C2: a list reflects the origin and every response varies by it`() throws {
        let policy = try Fixture.list.policy()
        let allowed = policy.decide("GET", from: "https://a.shop.example")
        #expect(
            allowed.responseLines == ["Access-Control-Allow-Origin: https://a.shop.example", exposedByList]
        )
        #expect(allowed.mayShare)
        let single = try Fixture.list.policy { $0.allowedOrigins = ["https://app.example"] }
        for decision in [
            allowed, policy.decide("GET", from: nil), policy.decide("GET", from: "https://evil.example"),
            policy.decide("PURGE", from: "https://app.example"), single.decide("GET", from: nil),
        ] {
            #expect(decision.variesByOrigin)
        }
    }

    @Test
    func `C2: a response without an allowed origin carries no CORS field`() throws {
        for fixture in Fixture.lists {
            for origin in [nil, "null", "https://evil.example"] {
                let decision = try fixture.policy { $0.timingAllowOrigin = true }.decide("GET", from: origin)
                #expect(decision.responseLines.isEmpty)
                #expect(!decision.mayShare)
            }
        }
    }

    @Test
    func `C4: the asterisk with credentials is refused`() {
        let expected = [
            """
            allowCredentials: Credentials cannot be allowed where allowedOrigins is "*". \
            List the origins, or set allowCredentials to false.
            """
        ]
        #expect(problems(.any) { $0.allowCredentials = true } == expected)
    }

    @Test
    func `C5: with credentials every allowed response and preflight says so`() throws {
        let policy = try Fixture.listWithCredentials.policy()
        let decision = policy.decide("GET", from: "https://app.example")
        #expect(
            decision.responseLines == [
                "Access-Control-Allow-Origin: https://app.example", "Access-Control-Allow-Credentials: true",
                exposedByList,
            ]
        )
        let line = "Access-Control-Allow-Credentials: true"
        #expect(policy.preflight("PUT", from: "https://app.example").preflightLines.contains(line))
        #expect(policy.preflight("PURGE", from: "https://app.example").preflightLines.contains(line))
        #expect(policy.decide("PURGE", from: "https://app.example").responseLines.contains(line))
        #expect(!policy.preflight("PUT", from: "https://evil.example").preflightLines.contains(line))
    }

    @Test
    func `C6: with credentials no field has an asterisk`() throws {
        let policy = try Fixture.listWithCredentials.policy {
            $0.allowedMethods = ["*"]
            $0.allowedHeaders = ["*"]
            $0.exposedHeaders = ["*"]
        }
        let preflight = policy.preflight("PURGE", from: "https://app.example", headers: ["x-b"])
        let actual = policy.decide("GET", from: "https://app.example")
        for line in preflight.preflightLines + actual.responseLines(status: 200, sent: ["ETag"]) {
            #expect(!line.contains("*"))
        }
    }

    @Test
    func `C7: Access-Control-Allow-Origin is there once at most`() throws {
        for fixture in Fixture.allCases {
            let policy = try fixture.policy { $0.timingAllowOrigin = true }
            for origin in [nil, "null", "https://app.example", "https://evil.example"] {
                let decision = policy.decide("GET", from: origin)
                for redirects in 0...2 {
                    let lines = decision.responseLines(status: 200, redirects: redirects)
                    let count = lines.count { $0.hasPrefix("Access-Control-Allow-Origin:") }
                    #expect(count == (decision.mayShare ? 1 : 0))
                }
            }
        }
    }

    @Test
    func `C8: a decision says whether cookies may pass`() throws {
        for fixture in Fixture.allCases {
            let policy = try fixture.policy()
            #expect(policy.allowsCredentials == (fixture == .listWithCredentials))
            #expect(policy.decide("GET", from: nil).allowsCredentials == policy.allowsCredentials)
        }
    }

    @Test
    func `Timing-Allow-Origin takes the value of Access-Control-Allow-Origin`() throws {
        let any = try Fixture.any.policy { $0.timingAllowOrigin = true }
        #expect(any.decide("GET", from: nil).responseLines.last == "Timing-Allow-Origin: *")
        let list = try Fixture.list.policy { $0.timingAllowOrigin = true }
        let lines = list.decide("GET", from: "https://app.example").responseLines
        #expect(lines.last == "Timing-Allow-Origin: https://app.example")
        #expect(!list.preflight("PUT", from: "https://app.example").preflightLines.contains(lines[2]))
    }
}
