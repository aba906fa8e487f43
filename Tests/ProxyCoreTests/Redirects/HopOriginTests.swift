import Testing

@testable import ProxyCore

/// Which Origin each hop of a request is sent.
struct HopOriginTests {
    private static let page = "https://app.example"

    private func scene(
        _ sentOrigin: SentOrigin?,
        _ fields: [String] = ["Origin: \(page)"],
        _ change: (inout HopScene.Rules) -> Void = { _ in }
    ) throws -> HopScene {
        try HopScene("GET", fields) {
            $0.sentOrigin = sentOrigin
            change(&$0)
        }
    }

    @Test(
        arguments: [
            (nil, page), (.page, page), (.target, "http://a.example"), (.absent, nil),
        ] as [(SentOrigin?, String?)]
    )
    func `a request is sent with the Origin that the configuration says`(
        sentOrigin: SentOrigin?,
        expected: String?
    ) throws {
        let scene = try scene(sentOrigin)
        #expect(scene.hops.current.fields.strings(named: "Origin") == [expected].compactMap { $0 })
    }

    @Test(arguments: SentOrigin.allCases)
    func `a request without Origin is sent without one`(sentOrigin: SentOrigin) throws {
        #expect(try scene(sentOrigin, []).sent("Origin") == nil)
    }

    @Test(
        arguments: [
            (.page, page, page), (.target, "http://a.example", "http://b.example:81"), (.absent, nil, nil),
        ] as [(SentOrigin, String?, String?)]
    )
    func `a redirect that is followed elsewhere is sent with the new target's`(
        sentOrigin: SentOrigin,
        within: String?,
        elsewhere: String?
    ) throws {
        var scene = try scene(sentOrigin)
        #expect(try scene.answer(302, "/next") == "follow GET http://a.example/next")
        #expect(scene.hops.current.fields.strings(named: "Origin") == [within].compactMap { $0 })
        #expect(try scene.answer(302, "http://b.example:81/") == "follow GET http://b.example:81/")
        #expect(scene.hops.current.fields.strings(named: "Origin") == [elsewhere].compactMap { $0 })
    }

    @Test(arguments: SentOrigin.allCases)
    func `an Origin that is set wins, with a page and without, and stays at home`(sentOrigin: SentOrigin)
        throws
    {
        for fields in [["Origin: \(Self.page)"], []] {
            var scene = try scene(sentOrigin, fields) {
                $0.requestEdits = [("Origin", "https://set.example")]
            }
            #expect(scene.hops.current.fields.strings(named: "Origin") == ["https://set.example"])
            #expect(try scene.answer(302, "/next") == "follow GET http://a.example/next")
            #expect(scene.sent("Origin") == "https://set.example")
            #expect(try scene.answer(302, "http://b.example/") == "follow GET http://b.example/")
            #expect(scene.sent("Origin") == nil)
        }
    }

    @Test func `a rule for the target wins too`() throws {
        let rule = try HeaderRule.setting("Origin", to: "https://set.example", for: "b.example")
        var scene = try scene(.target) { $0.headerRules = [rule] }
        #expect(scene.sent("Origin") == "http://a.example")
        _ = try scene.answer(302, "http://b.example/")
        #expect(scene.sent("Origin") == "https://set.example")
    }
}
