import HTTPSyntax
import Testing

@testable import ProxyCore

/// What no client and no other target learns of a request's secrets.
@Suite struct HopSecretTests {
    private static let secret = "s3cr3t-value"

    /// A request that is given the secret by the rules by which it is forwarded.
    private func scene(_ redirects: RedirectMode = .follow(maximum: 5)) throws -> HopScene {
        try HopScene {
            $0.redirects = redirects
            $0.secrets = [Self.secret]
            $0.requestEdits = [("X-Key", Self.secret)]
        }
    }

    @Test(arguments: [
        RedirectMode.follow(maximum: 5), .follow(maximum: 0), .rewrite, .pass,
    ])
    func `a Location that repeats a secret is taken out in every mode`(mode: RedirectMode) throws {
        for spelling in [Self.secret, "s3cr3t%2Dvalue", "S3CR3T-VALUE", "s3cr3t%252Dvalue"] {
            var scene = try scene(mode)
            #expect(try scene.answer(302, "http://b.example/?k=\(spelling)") == "back without Location")
        }
    }

    @Test func `within the origin that was given the secret a redirect may repeat it`() throws {
        var scene = try scene()
        #expect(
            try scene.answer(302, "/?k=\(Self.secret)") == "follow GET http://a.example/?k=\(Self.secret)"
        )
        #expect(try scene.answer(302, "http://b.example/\(Self.secret)") == "back without Location")
    }

    @Test func `a header rule's secret counts from the hop on that was given it`() throws {
        let rule = try HeaderRule.setting("X-Key", to: Self.secret, for: "b.example", isSecret: true)
        var scene = try HopScene {
            $0.headerRules = [rule]
            $0.ruleSecrets = [Self.secret]
        }
        let location = "http://c.example/\(Self.secret)"
        var early = scene
        #expect(try early.answer(302, location) == "follow GET \(location)")
        #expect(try scene.answer(302, "http://b.example/") == "follow GET http://b.example/")
        #expect(try scene.answer(302, location) == "back without Location")
        #expect(try scene.answer(302, "http://c.example/") == "follow GET http://c.example/")
        #expect(scene.sent("X-Key") == nil)
        // It has left the request, but a target has seen it.
        #expect(try scene.answer(302, "http://d.example/\(Self.secret)") == "back without Location")
        #expect(!(try scene.final(200, ["X-Echo: \(Self.secret)"]).contains { $0.hasPrefix("X-Echo") }))
    }

    @Test func `a set parameter is taken off before a Location is looked at`() throws {
        var scene = try HopScene {
            $0.route = target("a.example", "/api")
            $0.redirects = .rewrite
            $0.query = [("key", Self.secret)]
            $0.secrets = [Self.secret]
        }
        #expect(try scene.answer(302, "/api/x?key=\(Self.secret)&q=1") == "back http://localhost/r/x?q=1")
        #expect(try scene.answer(302, "/api/x?other=\(Self.secret)") == "back without Location")
    }

    // MARK: Hidden targets

    private func hidden(_ redirects: RedirectMode = .rewrite) throws -> HopScene {
        try HopScene {
            $0.redirects = redirects
            $0.route = target("hooks.example", "/T0/B1")
            $0.hiddenPlaces = ["hooks.example", "/T0/B1"]
        }
    }

    @Test(arguments: [
        ("/T0/B1/x", "back http://localhost/r/x"), ("http://hooks.example/other", "back without Location"),
        ("http://b.example/T0/B1", "back without Location"),
        ("http://b.example/x", "back http://localhost/http://b.example/x"),
    ])
    func `a Location does not tell where a hidden target lies`(location: String, expected: String) throws {
        var scene = try hidden()
        #expect(try scene.answer(302, location) == expected)
    }

    @Test func `in the mode pass one that tells it is rewritten or taken out`() throws {
        var scene = try hidden(.pass)
        #expect(try scene.answer(302, "http://hooks.example/T0/B1/x") == "back without Location")
        #expect(try scene.answer(302, "http://b.example/x") == "back")
    }

    @Test func `no final head names a hidden target or the redirects that led on from it`() throws {
        var scene = try hidden(.follow(maximum: 5))
        #expect(try scene.answer(302, "/T0/B1/x") == "follow GET http://hooks.example/T0/B1/x")
        let lines = try scene.final(200, ["Link: <http://hooks.example/x>", "X-Other: 1"])
        #expect(lines.contains("X-Other: 1"))
        #expect(!lines.contains { $0.contains("hooks.example") || $0.contains("X-CORS-Redirect") })
    }

    @Test func `an error is told without its words where they would tell`() throws {
        let error = ProxyError.upstreamClosed(target("hooks.example"))
        #expect(try hidden().hops.fit(error) == error.withoutTarget)
        #expect(try HopScene().hops.fit(error) == error)
        let telling = ProxyError(.targetDenied, message: "Not \"\(Self.secret).example\".", hint: "None.")
        #expect(try scene().hops.fit(telling) == telling.withoutTarget)
        #expect(try HopScene().hops.fit(telling) == telling)
    }
}
