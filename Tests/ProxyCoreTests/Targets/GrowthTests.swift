import HTTPSyntax
import Testing

@testable import ProxyCore

/// What a request costs must not depend on the size of the configuration: entries that are looked at are counted.
@Suite struct GrowthTests {
    /// More than a search of a handful of labels and segments may look at, however many entries there are.
    private static let bound = 24

    /// What is compared with one entry and with a thousand, of which the middle one is asked for.
    private func expectLevel(
        _ name: String = "",
        _ compared: (_ count: Int, _ asked: Int) throws -> Int
    ) rethrows {
        for (count, asked) in [(1, 0), (1_000, 500)] {
            #expect(try compared(count, asked) <= Self.bound, "\(count) \(name)")
        }
    }

    private func route(_ index: Int, _ rules: ForwardRules) -> Route {
        Route(
            path: "/group/route\(index)/",
            hosts: ["route\(index).localhost"],
            target: target("api\(index % 2).example", "/v2/api\(index)/"),
            rules: rules
        )
    }

    private func table(_ count: Int) throws -> RouteTable {
        let rules = ForwardRules(number: 1, policy: try TestPolicy.list(), redirects: .rewrite)
        return RouteTable((0..<count).map { route($0, rules) })
    }

    @Test func `a path is compared with few routes`() throws {
        try expectLevel { count, asked in
            var compared = 0
            let path = "/group/route\(asked)/a/b/c/d/e?f/g/h"
            let match = try table(count).match(path[...], host: nil, basePath: "/", &compared)
            #expect(match?.route.path == "/group/route\(asked)")
            return compared
        }
    }

    @Test func `a path of a thousand segments is compared with few routes`() throws {
        var compared = 0
        let path = "/group" + String(repeating: "/x", count: 1_000)
        #expect(try table(1_000).match(path[...], host: nil, basePath: "/", &compared) == nil)
        #expect(compared <= Self.bound)
    }

    @Test func `a host is compared with few hosts of routes`() throws {
        try expectLevel { count, asked in
            var compared = 0
            let host = Array("ROUTE\(asked).localhost:8080".utf8)
            let match = try table(count).match("/x", host: host[...], basePath: "/", &compared)
            #expect(match?.isOnOwnHost == true && match?.route.path == "/group/route\(asked)")
            return compared
        }
    }

    @Test func `the target of a redirect is compared with few targets of routes`() throws {
        try expectLevel { count, asked in
            var compared = 0
            let url = target("api\(asked % 2).example", "/v2/api\(asked)/x?y")
            let found = try table(count).covering(url, &compared)
            #expect(found?.route.targetPath == "/v2/api\(asked)" && found?.rest == "/x?y")
            return compared
        }
    }

    /// Patterns that differ in one thing alone, and the URL that the one of an index means.
    static let kinds:
        [(name: String, pattern: @Sendable (Int) -> String, url: @Sendable (Int) -> TargetURL)] = [
            ("hosts", { "api\($0).example" }, { target("api\($0).example", "/a/b/c") }),
            ("domains", { "*.d\($0).example" }, { target("a.b.d\($0).example", "/a/b/c") }),
            (
                "paths", { "https://h.example/p\($0)/**" },
                { target("h.example", "/p\($0)/b", scheme: .https) }
            ),
            ("whole paths", { "*/p\($0)" }, { target("h.example", "/p\($0)") }),
            ("ports", { "h.example:\($0 + 8_000)" }, { target("h.example", port: UInt16($0 + 8_000)) }),
        ]

    @Test(arguments: kinds.indices)
    func `a target is compared with few patterns`(kind: Int) throws {
        let (name, pattern, url) = Self.kinds[kind]
        try expectLevel(name) { count, asked in
            let patterns = try (0..<count).map { try TargetPattern(parsing: pattern($0)) }
            var compared = 0
            for use in [PatternUse.allow, .deny] {
                let set = TargetPatternSet(patterns, for: use)
                #expect(set.contains(url(asked), &compared), "\(name)")
                #expect(!set.contains(target("other.example", "/x", port: 9_999), &compared), "\(name)")
            }
            return compared
        }
    }

    @Test(arguments: kinds.indices)
    func `a target is compared with few header rules, found in their order`(kind: Int) throws {
        let (name, pattern, url) = Self.kinds[kind]
        try expectLevel(name) { count, asked in
            let patterns = ["*"] + (0..<count).map(pattern) + ["*:*", pattern(asked)]
            let rules = try patterns.enumerated().map { index, text in
                HeaderRule(
                    pattern: try TargetPattern(parsing: text),
                    methods: index == 0 ? ["POST"] : nil,
                    requestEdits: FieldEdits(removals: ["\(index)"], additions: []),
                    responseEdits: FieldEdits(removals: [], additions: [])
                )
            }
            var compared = 0
            let found = HeaderRules(rules).matching(url(asked), .get, &compared)
            #expect(
                found.flatMap(\.requestEdits.removals) == [asked + 1, count + 1, count + 2].map(String.init)
            )
            return compared
        }
    }

    @Test func `a name is compared with few allowed hosts`() throws {
        try expectLevel { count, asked in
            var index = HostPatternIndex()
            for number in 0..<count { _ = index.insert(try HostPattern(parsing: "*.h\(number).example")) }
            var search = HostPatternIndex.Search()
            var compared = 0
            let host = Array("a.b.h\(asked).example".utf8)
            #expect(index.next(&search, in: host.span, &compared) == asked)
            return compared
        }
    }
}
