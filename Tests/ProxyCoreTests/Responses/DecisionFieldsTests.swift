import CORSPolicy
import HTTPSyntax
import Testing

@testable import ProxyCore

@Suite struct DecisionFieldsTests {
    private func lines(
        _ decision: CORSDecision,
        to fields: [String] = [],
        redirects: Int = 0
    ) throws -> [String] {
        var section = try responseHead(200, fields).fields
        section.apply(decision, status: 200, redirectsFollowed: redirects)
        return section.texts
    }

    private static let exposed =
        "Access-Control-Expose-Headers: etag,x-corsway-error,x-final-url,x-request-id,x-request-url"

    @Test func `an allowed origin is named, and Vary names Origin`() throws {
        #expect(
            try lines(TestPolicy.list().decision(from: "https://app.example"), to: ["ETag: 1"])
                == [
                    "ETag: 1", "Access-Control-Allow-Origin: https://app.example", Self.exposed,
                    "Vary: Origin",
                ]
        )
    }

    @Test(arguments: ["https://evil.example", nil])
    func `another origin gets Vary and nothing else`(origin: String?) throws {
        #expect(
            try lines(TestPolicy.list().decision(from: origin), to: ["ETag: 1"]) == [
                "ETag: 1", "Vary: Origin",
            ]
        )
    }

    @Test(arguments: ["https://evil.example", nil])
    func `where any origin may read, nothing varies`(origin: String?) throws {
        #expect(
            try lines(TestPolicy.any().decision(from: origin), to: ["Vary: Accept"])
                == ["Vary: Accept", "Access-Control-Allow-Origin: *", Self.exposed]
        )
    }

    @Test(arguments: [
        (["Vary: Accept"], "Vary: Accept, Origin"), (["Vary: origin"], "Vary: origin"),
        (["Vary: *"], "Vary: *"), (["Vary: A, B", "Vary: a, C"], "Vary: A, B, C, Origin"),
        (["Vary:"], "Vary: Origin"),
    ])
    func `the Vary of an upstream is merged into one line`(given: [String], wanted: String) throws {
        let decision = try TestPolicy.list().decision(from: "https://app.example")
        #expect(try lines(decision, to: given).filter { $0.hasPrefix("Vary") } == [wanted])
    }

    @Test func `redirects that were followed are exposed`() throws {
        let decision = try TestPolicy.list().decision(from: "https://app.example")
        let exposed = try lines(decision, redirects: 2).filter { $0.hasPrefix("Access-Control-Expose") }
        #expect(exposed.count == 1)
        #expect(exposed.first?.contains("x-cors-redirect-2") == true)
    }

    @Test func `the upstream's Timing-Allow-Origin gives way to the policy's, and stays without one`() throws
    {
        let policy = try TestPolicy.list { $0.timingAllowOrigin = true }
        let given = ["Timing-Allow-Origin: *"]
        func timing(_ decision: CORSDecision) throws -> [String] {
            try lines(decision, to: given).filter { $0.hasPrefix("Timing") }
        }
        #expect(
            try timing(policy.decision(from: "https://app.example"))
                == ["Timing-Allow-Origin: https://app.example"]
        )
        #expect(try timing(TestPolicy.list().decision(from: "https://app.example")) == given)
    }

    @Test func `the fields of the proxy's own origin are dropped, and no others`() {
        let dropped = KnownField.allCases.filter(\.isDroppedFromResponses)
        #expect(
            dropped == [
                .altSvc, .clearSiteData, .nel, .reportTo, .reportingEndpoints, .serviceWorkerAllowed,
                .setCookie, .setCookie2, .strictTransportSecurity, .xRequestId,
            ]
        )
    }
}
