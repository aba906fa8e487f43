import CORSPolicy
import Testing

@testable import ProxyCore

struct OriginRuleTests {
    @Test(
        arguments: [
            (nil, .page, .target, .page), (.page, .page, .page, .page),
            (.target, .target, .target, .target), (.absent, .absent, .absent, .absent),
        ] as [(SentOrigin?, SentOrigin, SentOrigin, SentOrigin)]
    )
    func `sends handshakes with the target's Origin by default only where the policy lists who may ask`(
        configured: SentOrigin?,
        requests: SentOrigin,
        listed: SentOrigin,
        any: SentOrigin
    ) throws {
        let ofList = OriginRule(configured, policy: try TestPolicy.list())
        #expect([ofList.forRequests, ofList.forHandshakes] == [requests, listed])
        let ofAny = OriginRule(configured, policy: try TestPolicy.any())
        #expect([ofAny.forRequests, ofAny.forHandshakes] == [requests, any])
    }

    @Test func `is settled with the rules of a route`() throws {
        let rules = ForwardRules(number: 1, policy: try TestPolicy.list(), redirects: .rewrite)
        #expect(rules.acceptsWebSockets)
        #expect(rules.originRule == OriginRule(nil, policy: try TestPolicy.list()))
    }
}
