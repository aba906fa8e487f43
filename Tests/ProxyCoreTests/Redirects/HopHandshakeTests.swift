import HTTPSyntax
import Testing

@testable import ProxyCore

/// What the target of a WebSocket handshake is sent of the page and of the user.
struct HopHandshakeTests {
    private static let handshake = [
        "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]
    private static let user = ["Cookie: a=1", "Authorization: Basic eA=="]

    private func scene(
        _ fields: [String],
        isHandshake: Bool = true,
        _ change: (inout HopScene.Rules) -> Void = { _ in }
    ) throws -> HopScene {
        try HopScene("GET", fields + (isHandshake ? Self.handshake : []), change)
    }

    // MARK: Origin

    @Test(
        arguments: [
            (["https://app.example"], nil, "http://a.example"), (["*"], nil, "https://app.example"),
            (["https://app.example"], .page, "https://app.example"), (["*"], .target, "http://a.example"),
            (["*"], .absent, nil),
        ] as [([String], SentOrigin?, String?)]
    )
    func `a handshake has the target's Origin where the policy has checked the page`(
        allowed: [String],
        sentOrigin: SentOrigin?,
        expected: String?
    ) throws {
        let change = { (rules: inout HopScene.Rules) in
            rules.allowedOrigins = allowed
            rules.sentOrigin = sentOrigin
        }
        let page = "Origin: https://app.example"
        #expect(
            try scene([page], change).hops.current.fields.strings(named: "Origin")
                == [expected].compactMap { $0 }
        )
        #expect(try scene([], change).sent("Origin") == nil)
        let request = try scene([page], isHandshake: false, change)
        #expect(request.sent("Origin") == (sentOrigin == nil ? "https://app.example" : expected))
    }

    // MARK: Redirects

    @Test(arguments: [
        ("/next", "back http://localhost/http://a.example/next"), ("wss://a.example/next", "back"),
        ("http://b.example/", "back http://localhost/http://b.example/"),
    ])
    func `a redirect of a handshake is the client's to follow, a ws URL too`(
        location: String,
        expected: String
    )
        throws
    {
        var scene = try scene([])
        #expect(try scene.answer(302, location) == expected)
    }

    // MARK: Credentials

    private func atOwnHost(_ rules: inout HopScene.Rules) {
        rules.route = target("a.example", "/")
        rules.isOnOwnHost = true
        rules.cookies = .rescope
        rules.allowsCredentials = false
        rules.documents = .own
    }

    @Test(
        arguments: [
            // A page that the policy lets in, but not with credentials.
            ("https://app.example", true, ["https://app.example"], false),
            ("https://evil.example", true, ["*"], false),
            // To a request the browser adds the same, and keeps the answer from the page.
            ("https://app.example", false, ["https://app.example"], true),
            // The target's own page, and a program.
            ("http://r.localhost", true, ["https://app.example"], true),
            (nil, true, ["https://app.example"], true),
        ] as [(String?, Bool, [String], Bool)]
    )
    func `a handshake of another origin's page brings no credentials that the policy does not allow`(
        origin: String?,
        isHandshake: Bool,
        allowed: [String],
        brings: Bool
    ) throws {
        let fields = Self.user + (origin.map { ["Origin: \($0)"] } ?? [])
        let scene = try scene(fields, isHandshake: isHandshake) {
            atOwnHost(&$0)
            $0.allowedOrigins = allowed
        }
        #expect(scene.sent("Cookie") == (brings ? "a=1" : nil))
        #expect(scene.sent("Authorization") == (brings ? "Basic eA==" : nil))
    }

    @Test func `a handshake brings credentials that the policy allows`() throws {
        let scene = try scene(Self.user + ["Origin: https://app.example"]) {
            atOwnHost(&$0)
            $0.allowsCredentials = true
        }
        #expect(scene.sent("Cookie") == "a=1" && scene.sent("Authorization") == "Basic eA==")
    }

    @Test func `where a page's credentials stay here its cookies do too, and what the proxy adds goes along`()
        throws
    {
        let scene = try scene(Self.user + ["Origin: https://app.example"]) {
            atOwnHost(&$0)
            $0.requestEdits = [("Authorization", "Bearer ours")]
        }
        #expect(scene.sent("Authorization") == "Bearer ours")
        #expect(try scene.final(403, ["Set-Cookie: b=2"]).allSatisfy { !$0.contains("b=2") })
    }
}
