import HTTPSyntax
import Testing

@testable import ProxyCore

/// Which fields, parameters and cookies each hop gets, and which the client.
@Suite struct HopFieldTests {
    // MARK: Credentials and set fields

    @Test(arguments: [
        ("/next", true), ("http://a.example:8080/", false), ("https://a.example/", false),
        ("http://b.example/", false),
    ])
    func `credentials and set fields go to the first origin alone`(location: String, stays: Bool) throws {
        let fields = ["Authorization: Basic eA==", "X-Key: mine", "X-Own: 1"]
        var scene = try HopScene("GET", fields) { $0.requestEdits = [("X-Key", "ours")] }
        #expect(scene.sent("X-Key") == "ours" && scene.hops.isAtHome)
        _ = try scene.answer(302, location)
        #expect(scene.sent("Authorization") == (stays ? "Basic eA==" : nil))
        #expect(scene.sent("X-Key") == (stays ? "ours" : nil))
        #expect(scene.sent("X-Own") == "1")
        #expect(scene.hops.isAtHome == stays)
    }

    @Test func `what stayed behind is not given again where a redirect comes back`() throws {
        var scene = try HopScene("GET", ["Authorization: Basic eA=="]) {
            $0.requestEdits = [("X-Key", "ours")]
            $0.query = [("key", "ours")]
        }
        #expect(try scene.answer(302, "http://b.example/") == "follow GET http://b.example/")
        #expect(try scene.answer(302, "http://a.example/") == "follow GET http://a.example/")
        #expect(scene.sent("Authorization") == nil && scene.sent("X-Key") == nil)
        #expect(!scene.hops.isAtHome)
    }

    @Test func `a route's fields stay below its target`() throws {
        let targets = TargetPatternSet([try TargetPattern(parsing: "http://a.example/open")])
        var scene = try HopScene {
            $0.route = target("a.example", "/api")
            $0.redirects = .follow(maximum: 5, targets: targets)
            $0.requestEdits = [("X-Key", "ours")]
        }
        #expect(try scene.answer(302, "/api/x") == "follow GET http://a.example/api/x")
        #expect(scene.sent("X-Key") == "ours" && scene.hops.isAtHome)
        #expect(try scene.answer(302, "/open") == "follow GET http://a.example/open")
        #expect(scene.sent("X-Key") == nil && !scene.hops.isAtHome)
        #expect(try scene.answer(302, "/api/x") == "follow GET http://a.example/api/x")
        #expect(scene.sent("X-Key") == nil && !scene.hops.isAtHome)
    }

    // MARK: Header rules

    @Test func `header rules are looked for anew at each hop, by its target and its method`() throws {
        let rules = [
            try HeaderRule.setting("X-A", to: "a", for: "a.example"),
            try HeaderRule.setting("X-B", to: "b", for: "b.example"),
            try HeaderRule.setting("X-Get", to: "get", for: "b.example", methods: ["GET"]),
            try HeaderRule.setting("X-Post", to: "post", for: "*", methods: ["POST"]),
        ]
        var scene = try HopScene("POST", body: "x") { $0.headerRules = rules }
        let sent = { (scene: HopScene) in ["X-A", "X-B", "X-Get", "X-Post"].map { scene.sent($0) ?? "-" } }
        #expect(sent(scene) == ["a", "-", "-", "post"])
        _ = try scene.answer(307, "http://b.example/")
        #expect(sent(scene) == ["-", "b", "-", "post"])
        _ = try scene.answer(303, "/x")
        #expect(sent(scene) == ["-", "b", "get", "-"])
        _ = try scene.answer(302, "http://a.example/")
        #expect(sent(scene) == ["a", "-", "-", "-"])
    }

    // MARK: Parameters

    @Test func `set parameters go along at home, are taken off elsewhere, and are never shown`() throws {
        var scene = try HopScene {
            $0.route = target("a.example", "/api")
            $0.query = [("key", "ours")]
            $0.redirects = .follow(maximum: 5, targets: TargetPatternSet([]))
        }
        #expect(scene.hops.current.target.pathAndQuery == "/api/start?key=ours")
        #expect(
            try scene.answer(302, "/api/x?q=1&key=theirs") == "follow GET http://a.example/api/x?q=1&key=ours"
        )
        #expect(try scene.answer(302, "http://b.example/?key=ours&q=2") == "follow GET http://b.example/?q=2")
        #expect(
            try scene.final(200).filter { $0.hasPrefix("x-") || $0.hasPrefix("X-") }
                == [
                    "X-Request-Id: x1", "X-Request-URL: http://a.example/api/start",
                    "X-CORS-Redirect-1: 302 http://a.example/api/x?q=1",
                    "X-CORS-Redirect-2: 302 http://b.example/?q=2", "X-Final-URL: http://b.example/?q=2",
                ]
        )
        #expect(try scene.answer(302, "/?key=ours&q=3") == "follow GET http://b.example/?q=3")
    }

    // MARK: Cookies

    private func ownHost(_ cookie: String) throws -> HopScene {
        try HopScene("GET", ["Cookie: \(cookie)"]) {
            $0.route = target("a.example", "/")
            $0.isOnOwnHost = true
            $0.cookies = .rescope
        }
    }

    @Test func `cookies pass only where they are confined to their target`() throws {
        #expect(try HopScene("GET", ["Cookie: a=1"]).sent("Cookie") == nil)
        #expect(try HopScene("GET", ["Cookie: a=1"]) { $0.cookies = .rescope }.sent("Cookie") == nil)
        #expect(try ownHost("a=1").sent("Cookie") == "a=1")
    }

    @Test func `a redirect within the origin that sets a cookie goes back: the browser keeps it`() throws {
        var scene = try ownHost("a=1")
        #expect(try scene.answer(302, "/x", ["Set-Cookie: b=2; Path=/"]) == "back http://r.localhost/x")
        #expect(
            try scene.answer(302, "/x", ["Set-Cookie: b=2; Domain=other"]) == "follow GET http://a.example/x"
        )
        #expect(scene.sent("Cookie") == "a=1")
    }

    @Test func `a redirect to another origin takes no cookie along, and those that it set are kept`() throws {
        var scene = try ownHost("a=1")
        #expect(
            try scene.answer(302, "http://b.example/", ["Set-Cookie: b=2; Path=/", "Set-Cookie: c=3"])
                == "follow GET http://b.example/"
        )
        #expect(scene.sent("Cookie") == nil)
        #expect(
            try scene.final(200, ["Set-Cookie: d=4"]).filter { $0.hasPrefix("Set-Cookie") }
                == ["Set-Cookie: b=2; Path=/", "Set-Cookie: c=3; Path=/"]
        )
    }

    @Test func `the target's own cookies are mended in the final response`() throws {
        let scene = try ownHost("a=1")
        #expect(
            try scene.final(200, ["Set-Cookie: d=4; Domain=a.example; Secure"]).filter {
                $0.hasPrefix("Set-Cookie")
            } == ["Set-Cookie: d=4; Path=/"]
        )
    }

    // MARK: The final response

    @Test func `a redirect behind one that changed the method goes back as 303`() throws {
        var scene = try HopScene("POST", body: "x") { $0.redirects = .follow(maximum: 1) }
        #expect(try scene.final(307, ["Location: /"]).first == "307")
        _ = try scene.answer(302, "/x")
        #expect(try scene.final(307, ["Location: /"]).first == "303")
        #expect(try scene.final(200).first == "200")
    }

    @Test func `a password is asked for in the target's name, where targets share an origin`() throws {
        let challenge = ["WWW-Authenticate: Basic realm=\"x\""]
        let realm = { (lines: [String]) in lines.first { $0.hasPrefix("WWW-Authenticate") } }
        #expect(realm(try HopScene().final(401, challenge))?.contains("http://a.example") == true)
        let hidden = try HopScene {
            $0.route = target("a.example", "/hook")
            $0.hiddenPlaces = ["a.example/hook"]
        }
        #expect(realm(try hidden.final(401, challenge))?.contains("/r/") == true)
        #expect(realm(try hidden.final(401, challenge))?.contains("a.example") == false)
    }
}
