import CORSPolicy
import Synchronization
import Testing

@testable import Configuration

@Suite struct CompiledPolicyTests {
    private func load(_ routes: String) throws -> Settings {
        try ConfigurationTests.load(
            #"{"cors": {"allowedOrigins": ["https://app.example"]}, "routes": [\#(routes)]}"#
        )
    }

    private func verdict(_ policy: Compiled<CORSPolicy>, on origin: String) -> CORSDecision.Verdict {
        policy.value.decide(CORSRequest(method: "GET", origin: origin)).verdict
    }

    @Test func `a configuration is handed on with its policies compiled`() throws {
        let settings = try load(
            #"""
            {"path": "/a", "target": "http://a.example"},
            {"path": "/b", "target": "http://b.example", "cors": {"allowedOrigins": ["https://b.example"]}}
            """#
        )
        let policies = [settings.policy] + settings.routes.map(\.policy)
        #expect(
            policies.map { verdict($0, on: "https://app.example") } == [
                .allowedOrigin, .allowedOrigin, .unknownOrigin,
            ]
        )
        #expect(verdict(settings.routes[1].policy, on: "https://b.example") == .allowedOrigin)
    }

    @Test func `the own host of a route is foreign to other routes' wildcards and not to its own`() throws {
        let settings = try ConfigurationTests.load(
            #"""
            {"cors": {"allowedOrigins": ["http://*.localhost:*"]}, "routes": [
              {"path": "/a", "name": "a", "target": "http://a.example"}, {"path": "/b", "target": "http://b.example"}
            ]}
            """#
        )
        let policies = [settings.policy] + settings.routes.map(\.policy)
        #expect(
            policies.map { verdict($0, on: "http://a.localhost:8080") } == [
                .unknownOrigin, .allowedOrigin, .unknownOrigin,
            ]
        )
    }

    @Test func `a policy that nothing was compiled to lets nobody in`() {
        #expect(verdict(Settings().policy, on: "http://localhost:3000") == .unknownOrigin)
    }

    @Test func `each policy is compiled once, and one that is the global one not at all`() throws {
        let suffixes = Counter()
        let routes = (0..<10).map { number in
            #"{"path": "/r\#(number)", "target": "http://a.example"}"#
        }
        _ = try ConfigurationTests.load(
            #"""
            {"cors": {"allowedOrigins": ["https://*.example.com"]}, "routes": [\#(routes.joined(separator: ",")),
              {"path": "/own", "target": "http://a.example", "cors": {"allowNullOrigin": false}}
            ]}
            """#,
            validators: Validators(isPublicSuffix: { _ in suffixes.add() })
        )
        #expect(suffixes.count == 2)
    }
}

/// Counts how often a validator is asked.
private final class Counter: Sendable {
    private let number = Mutex(0)

    var count: Int { number.withLock { $0 } }

    func add() -> Bool {
        number.withLock { $0 += 1 }
        return false
    }
}
