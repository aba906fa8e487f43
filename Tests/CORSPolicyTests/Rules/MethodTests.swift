import Testing

@testable import CORSPolicy

@Suite
struct MethodTests {
    private let origin = "https://app.example"

    @Test
    func `a method that is not listed is refused with 405 and the list`() throws {
        for fixture in Fixture.lists {
            for origin in [origin, nil] {
                let decision = try fixture.policy().decide("PURGE", from: origin)
                #expect(decision.refusal == .methodDenied("PURGE"))
                #expect(decision.refusal?.status == 405)
                #expect(
                    decision.refusalLines == [
                        "Cache-Control: no-store", "Allow: GET, HEAD, POST, OPTIONS, PUT, DELETE",
                    ]
                )
                #expect(decision.responseLines.isEmpty == (origin == nil))
            }
        }
        #expect(try Fixture.any.policy().decide("PURGE", from: nil).refusal == nil)
    }

    @Test(arguments: ["GET", "HEAD", "POST", "OPTIONS"])
    func `a safelisted method and a plain OPTIONS always pass`(method: String) throws {
        let policy = try Fixture.list.policy { $0.allowedMethods = [] }
        #expect(policy.decide(method, from: origin).refusal == nil)
        let preflight = policy.preflight(method, from: origin)
        #expect(preflight.preflightMismatch == (method == "OPTIONS" ? .method(method) : nil))
        #expect(!preflight.preflightLines.contains { $0.hasPrefix("Access-Control-Allow-Methods") })
    }

    @Test
    func `OPTIONS passes a preflight where it is listed`() throws {
        let policy = try Fixture.list.policy { $0.allowedMethods = ["OPTIONS"] }
        #expect(policy.preflight("OPTIONS", from: origin).preflightMismatch == nil)
    }

    @Test
    func `methods are compared by case, six of them normalised first`() throws {
        let policy = try Fixture.list.policy {
            $0.allowedMethods = ["delete", "Put", "options", "purge", "Patch"]
        }
        let line = "Access-Control-Allow-Methods: DELETE,PUT,OPTIONS,purge,Patch"
        #expect(policy.preflight("PUT", from: origin).preflightLines.contains(line))
        #expect(policy.decide("DELETE", from: origin).refusal == nil)
        #expect(policy.decide("delete", from: origin).refusal != nil)
        #expect(policy.decide("purge", from: origin).refusal == nil)
        #expect(policy.decide("PURGE", from: origin).refusal != nil)
        #expect(policy.decide("PATCH", from: origin).refusal != nil)
    }

    @Test(arguments: ["CONNECT", "TRACE", "TRACK", "trace", "Track"])
    func `a forbidden method is refused before anything else is looked at`(method: String) throws {
        for fixture in Fixture.allCases {
            for origin in [nil, origin, "https://evil.example"] {
                let decision = try fixture.policy { $0.requireOrigin = true }.decide(method, from: origin)
                #expect(decision.refusal == .methodForbidden(method))
                #expect(decision.refusal?.status == 405)
                #expect(
                    decision.refusalLines.contains { $0.hasPrefix("Allow: GET, HEAD, POST, OPTIONS, PUT") }
                )
            }
            #expect(problems(fixture) { $0.allowedMethods = [method] }.count == 1)
        }
    }

    @Test(arguments: ["", "P T", "P,T", "TRACE", String(repeating: "P", count: 65)])
    func `with credentials and any method only a plain one is reflected`(method: String) throws {
        let policy = try Fixture.listWithCredentials.policy { $0.allowedMethods = ["*"] }
        let lines = policy.preflight(method, from: origin).preflightLines
        #expect(!lines.contains { $0.hasPrefix("Access-Control-Allow-Methods") })
    }
}
