import HTTPSyntax
import TestSupport
import Testing

@testable import ProxyCore

/// The indexes find what comparing with each entry finds.
@Suite struct IndexTests {
    private func text(_ words: [String], _ counts: ClosedRange<Int>, _ random: inout SplitMix64) -> String {
        (0..<Int.random(in: counts, using: &random)).map { _ in words.randomElement(using: &random) ?? "" }
            .joined()
    }

    @Test func `paths are found as by their definition`() {
        var random = SplitMix64(seed: 1)
        let words = ["/", "a", "b", "/a"]
        var foundCount = 0
        for _ in 0..<2_000 {
            var index = PathIndex()
            var paths: [String] = []
            for _ in 0..<8 {
                let path = "/" + text(words, 0...4, &random)
                if index.insert(Array(path.utf8)) == paths.count { paths.append(path) }
            }
            let path = "/" + text(words + ["?/a"], 0...8, &random)
            let expected = paths.filter { Route.rest(of: path[...], below: $0.utf8) != nil }
                .max { $0.utf8.count < $1.utf8.count }
            var compared = 0
            let found = index.longest(in: path.utf8.span, &compared)
            #expect(found.map { paths[$0.number] } == expected, "\(paths) \(path)")
            #expect(found?.end == expected?.utf8.count)
            foundCount += found == nil ? 0 : 1
        }
        #expect(foundCount > 500)
    }

    @Test func `hosts are found as by their definition`() throws {
        var random = SplitMix64(seed: 2)
        let words = ["a", "b", ".", "A", ".a"]
        var foundCount = 0
        for _ in 0..<5_000 {
            var index = HostPatternIndex()
            var patterns: [HostPattern] = []
            for _ in 0..<6 {
                let name = text(["a", "b", ".a", ".b"], 1...3, &random)
                let host = name.hasPrefix(".") ? "*\(name)" : name
                guard let pattern = try? HostPattern(parsing: host) else { continue }
                if index.insert(pattern) == patterns.count { patterns.append(pattern) }
            }
            let host = text(words, 0...6, &random)
            var search = HostPatternIndex.Search()
            var compared = 0
            var found: [Int] = []
            while let number = index.next(&search, in: host.utf8.span, &compared) { found.append(number) }
            let expected = patterns.indices.filter { patterns[$0].matches(host.utf8.span) }
            #expect(found.sorted() == expected, "\(patterns) \(host)")
            foundCount += found.count
        }
        #expect(foundCount > 500)
    }

    private static let patterns = [
        "*", "*:*", "http://*", "https://*:*", "*:81", "h", "*.h", "a.h", "h:81", "http://h", "https://h:*",
    ]
    private static let ends = [
        "", "", "/**", "/a", "/a/**", "/a/*", "/a*", "/a/", "/a/b", "/*/b", "/**/b", "/a%2Fb", "/a;x/*",
        "/A/**", "/a%20/b", "/%61./**",
    ]

    @Test func `target patterns are found as by comparing with each`() throws {
        var random = SplitMix64(seed: 3)
        var foundCount = 0
        for _ in 0..<20_000 {
            let patterns = try (0..<4).map { _ in
                let start = Self.patterns.randomElement(using: &random) ?? ""
                return try TargetPattern(parsing: start + (Self.ends.randomElement(using: &random) ?? ""))
            }
            let url = target(
                ["h", "a.h", "b.a.h", "x", "h.", "a.h."].randomElement(using: &random) ?? "",
                "/" + text(["a", "/", "b", "%2F", "%61", ";x", ".", "/..", "A", "%20"], 0...5, &random)
                    + "?/b",
                scheme: Bool.random(using: &random) ? .http : .https,
                port: [80, 81, 443].randomElement(using: &random)
            )
            var compared = 0
            let index = TargetPatternIndex(patterns, for: .allow)
            let found = index.positions(meaning: url, &compared)
            #expect(found.sorted() == patterns.indices.filter { patterns[$0].matches(url) })
            let allowed = TargetPatternSet(patterns)
            #expect(allowed.contains(url) == patterns.contains { $0.matches(url) }, "\(url.serialized)")
            let denied = TargetPatternSet(patterns, for: .deny)
            #expect(denied.contains(url) == patterns.contains { $0.mayMatch(url) }, "\(url.serialized)")
            foundCount += found.count
        }
        #expect(foundCount > 500)
    }
}
