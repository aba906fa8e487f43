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

    @Test(
        arguments: [
            (nil, .page), (.page, .page), (.target, .target), (.absent, .absent),
        ] as [(SentOrigin?, SentOrigin)]
    )
    func `shows targets the origin null, which every site can take on, unless the configuration says else`(
        configured: SentOrigin?,
        sent: SentOrigin
    ) throws {
        let rule = OriginRule(configured, policy: try TestPolicy.list())
        #expect(rule.sentOrigin(isHandshake: true, from: "null") == sent)
        #expect(rule.sentOrigin(isHandshake: true, from: "https://app.example") == rule.forHandshakes)
        #expect(rule.sentOrigin(isHandshake: false, from: "null") == rule.forRequests)
    }

    @Test func `is settled with the rules of a route`() throws {
        let rules = ForwardRules(number: 1, policy: try TestPolicy.list(), redirects: .rewrite)
        #expect(rules.acceptsWebSockets)
        #expect(rules.originRule == OriginRule(nil, policy: try TestPolicy.list()))
    }
}
