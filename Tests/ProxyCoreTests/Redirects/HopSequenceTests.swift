import HTTPSyntax
import Testing

@testable import ProxyCore

/// Which request comes next, and which responses go back.
@Suite struct HopSequenceTests {
    // MARK: Fetch's rules

    /// What follows a redirect: the method, and whether the body goes along.
    private static let followed: [(status: Int, method: String, hasBody: Bool, next: String)] = [
        (301, "GET", false, "GET"), (301, "HEAD", false, "HEAD"), (301, "POST", false, "GET"),
        (301, "POST", true, "GET"), (301, "PUT", true, "PUT body"), (301, "DELETE", false, "DELETE"),
        (301, "GET", true, "GET body"), (302, "GET", false, "GET"), (302, "HEAD", false, "HEAD"),
        (302, "POST", false, "GET"), (302, "POST", true, "GET"), (302, "PUT", true, "PUT body"),
        (302, "PATCH", true, "PATCH body"), (303, "GET", false, "GET"), (303, "HEAD", false, "HEAD"),
        (303, "POST", true, "GET"), (303, "PUT", true, "GET"), (303, "DELETE", false, "GET"),
        (303, "OPTIONS", false, "GET"), (307, "GET", false, "GET"), (307, "HEAD", false, "HEAD"),
        (307, "POST", false, "POST"), (307, "POST", true, "POST body"), (307, "PUT", true, "PUT body"),
        (308, "GET", false, "GET"), (308, "POST", true, "POST body"), (308, "DELETE", true, "DELETE body"),
    ]

    @Test(arguments: followed, ["/next", "http://b.example/next", "https://a.example/next"])
    func `the next request has the method and the body that Fetch says, at any origin`(
        row: (status: Int, method: String, hasBody: Bool, next: String),
        location: String
    ) throws {
        let fields = row.hasBody ? ["Content-Type: text/plain", "Content-Language: en"] : []
        var scene = try HopScene(row.method, fields + ["X-Kept: 1"], body: row.hasBody ? "x=1" : nil)
        let target = location.hasPrefix("/") ? "http://a.example\(location)" : location
        let keepsBody = row.next.hasSuffix(" body")
        #expect(
            try scene.answer(row.status, location)
                == "follow \(row.next.replacing(" body", with: "")) \(target)"
        )
        #expect(scene.hops.current.length == (keepsBody ? .known(3) : .none))
        #expect(scene.hops.replayedBody.map { Array($0) } == (keepsBody ? Array("x=1".utf8) : nil))
        #expect(scene.sent("Content-Type") == (keepsBody ? "text/plain" : nil))
        #expect(scene.sent("Content-Language") == (keepsBody ? "en" : nil))
        #expect(scene.sent("X-Kept") == "1")
    }

    @Test(arguments: [200, 204, 300, 304, 305, 306, 309, 404, 500])
    func `no other status is a redirect`(status: Int) throws {
        var scene = try HopScene()
        #expect(try scene.answer(status, "http://b.example/") == "back")
    }

    @Test func `without a Location there is nothing to follow`() throws {
        var scene = try HopScene()
        #expect(try scene.answer(302, nil) == "back")
    }

    // MARK: What goes back

    @Test(arguments: [
        (301, false), (302, false), (303, false), (307, false), (308, false), (303, true), (307, true),
        (308, true),
    ])
    func `what is not here whole is not sent again`(status: Int, isComplete: Bool) throws {
        let body = isComplete ? String(repeating: "x", count: 65_537) : "x"
        var scene = try HopScene("POST", body: body, isComplete: isComplete)
        let isFollowed = isComplete && status == 303
        #expect(
            try scene.answer(status, "/next")
                == (isFollowed
                    ? "follow GET http://a.example/next" : "back http://localhost/http://a.example/next")
        )
    }

    @Test func `64 KiB are kept for a redirect`() throws {
        var scene = try HopScene("POST", body: String(repeating: "x", count: 65_536))
        #expect(try scene.answer(307, "/next") == "follow POST http://a.example/next")
        #expect(scene.hops.replayedBody?.count == 65_536)
        #expect(try scene.answer(307, "/again") == "follow POST http://a.example/again")
        #expect(scene.hops.replayedBody?.count == 65_536)
    }

    @Test func `as many redirects are followed as the configuration says`() throws {
        for maximum in 0...3 {
            var scene = try HopScene { $0.redirects = .follow(maximum: maximum) }
            for hop in 0..<maximum {
                #expect(try scene.answer(302, "/\(hop)") == "follow GET http://a.example/\(hop)")
            }
            #expect(try scene.answer(302, "/last") == "back http://localhost/http://a.example/last")
        }
    }

    @Test(arguments: [
        ("/next", "back http://localhost/http://a.example/next"),
        ("https://b.example/x?q#f", "back http://localhost/https://b.example/x?q#f"),
        ("ftp://b.example/", "back"), ("http://u:p@b.example/", "back"), ("http:x", "back"),
    ])
    func `in the mode rewrite a redirect goes back so that it leads through the proxy`(
        location: String,
        expected: String
    ) throws {
        var scene = try HopScene { $0.redirects = .rewrite }
        #expect(try scene.answer(302, location) == expected)
    }

    @Test(arguments: ["/next", "https://b.example/x", "ftp://b.example/", "http:x"])
    func `in the mode pass it goes back as it is`(location: String) throws {
        var scene = try HopScene { $0.redirects = .pass }
        #expect(try scene.answer(302, location) == "back")
    }

    @Test func `one who sent a password is shown the other target's own address`() throws {
        let fields = ["Authorization: Basic eA=="]
        var scene = try HopScene("GET", fields) { $0.redirects = .rewrite }
        #expect(try scene.answer(302, "https://b.example/x") == "back https://b.example/x")
        #expect(try scene.answer(302, "/x") == "back http://localhost/http://a.example/x")
    }

    // MARK: Refusals

    @Test(arguments: [
        ("ftp://b.example/", "refuse target-scheme"), ("javascript:alert(1)", "refuse target-scheme"),
        ("http://u:p@b.example/", "refuse target-credentials"), ("http:x", "back"),
        ("http://c.example/", "refuse target-denied"), ("http://b.example:22/", "refuse target-denied"),
        ("http://b.example/", "follow GET http://b.example/"),
    ])
    func `a redirect is followed to allowed targets alone`(location: String, expected: String) throws {
        var scene = try HopScene { $0.allowed = ["a.example", "b.example"] }
        #expect(try scene.answer(302, location) == expected)
    }

    @Test func `a port that browsers do not ask is not handed to them either`() throws {
        var scene = try HopScene { $0.redirects = .rewrite }
        #expect(try scene.answer(302, "http://b.example:22/") == "refuse target-denied")
        var passing = try HopScene { $0.redirects = .pass }
        #expect(try passing.answer(302, "http://b.example:22/") == "back")
    }

    // MARK: Routes

    /// A route at `/r` for `http://a.example/api`.
    private func route(_ method: String = "GET", _ change: (inout HopScene.Rules) -> Void = { _ in }) throws
        -> HopScene
    {
        try HopScene(method) {
            $0.route = target("a.example", "/api")
            change(&$0)
        }
    }

    @Test(arguments: [
        ("/api/next", "follow GET http://a.example/api/next", true),
        ("http://a.example/api?q", "follow GET http://a.example/api?q", true),
        ("http://p.example/x", "follow GET http://p.example/x", false),
        ("/elsewhere", "back http://a.example/elsewhere", true),
        ("/api/%2e%2e/x", "back http://a.example/api/%2e%2e/x", true),
        ("https://a.example/api/x", "back https://a.example/api/x", true),
        ("http://b.example/", "back http://b.example/", true),
    ])
    func `a route's redirects are followed below its target, and where the configuration says`(
        location: String,
        expected: String,
        staysAtHome: Bool
    ) throws {
        let targets = TargetPatternSet([try TargetPattern(parsing: "p.example")])
        var scene = try route {
            $0.redirects = .follow(maximum: 5, targets: targets)
            $0.allowed = []
        }
        #expect(try scene.answer(302, location) == expected)
        #expect(scene.hops.isAtHome == staysAtHome)
    }

    @Test func `a redirect into the route's own target leads to the route's path, or to its host`() throws {
        var scene = try route { $0.redirects = .rewrite }
        #expect(try scene.answer(302, "/api/x?q#f") == "back http://localhost/r/x?q#f")
        var own = try route {
            $0.redirects = .rewrite
            $0.isOnOwnHost = true
        }
        #expect(try own.answer(302, "/api/x?q#f") == "back http://r.localhost/x?q#f")
        #expect(try own.answer(302, "http://b.example/x#f") == "back http://b.example/x#f")
    }

    @Test func `a method that the route does not forward is not brought about by a redirect`() throws {
        var scene = try route("POST") { $0.methods = ["POST"] }
        #expect(try scene.answer(303, "/api/x") == "back http://localhost/r/x")
        #expect(try scene.answer(307, "/api/x") == "follow POST http://a.example/api/x")
    }
}
