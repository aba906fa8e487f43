import TestSupport
import Testing

@testable import ProxyCore

@Suite struct PathPatternTests {
    private static func reading(_ path: String) -> TargetReading {
        TargetReading(target("h", path), for: .allow)
    }

    /// The definition of the two stars, as slow as it is plain.
    static func reference(_ pattern: ArraySlice<Character>, _ path: ArraySlice<Character>) -> Bool {
        guard let first = pattern.first else { return path.isEmpty }
        if first == "*" {
            let isDouble = pattern.dropFirst().first == "*"
            let rest = pattern.dropFirst(isDouble ? 2 : 1)
            for taken in 0...path.count {
                if !isDouble, path.prefix(taken).contains("/") { break }
                if reference(rest, path.dropFirst(taken)) { return true }
            }
            return false
        }
        return path.first == first && reference(pattern.dropFirst(), path.dropFirst())
    }

    @Test func `matching agrees with the definition`() throws {
        var random = SplitMix64(seed: 1)
        let words = ["a", "b", "/", "*", "**", "ab", "/a"]
        var matched = 0
        for _ in 0..<20_000 {
            var text = "/"
            for _ in 0..<Int.random(in: 1...7, using: &random) {
                text += words.randomElement(using: &random) ?? ""
            }
            guard !text.contains("***"), text != "/" else { continue }
            var path = "/"
            for _ in 0..<Int.random(in: 0...9, using: &random) {
                path += ["a", "b", "/"].randomElement(using: &random) ?? ""
            }
            let own = text.hasSuffix("/**") && Self.reference(Array(text.dropLast(3))[...], Array(path)[...])
            let expected = own || Self.reference(Array(text)[...], Array(path)[...])
            matched += expected ? 1 : 0
            #expect(
                try PathPattern(parsing: text[...]).matches(Self.reading(path)) == expected,
                "\(text) \(path)"
            )
        }
        #expect(matched > 500)
    }

    @Test func `many stars do not make matching slow`() throws {
        let pattern = try PathPattern(parsing: "/" + String(repeating: "*a**a", count: 50)[...] + "b")
        let path = "/" + String(repeating: "a", count: 10_000)
        #expect(!pattern.matches(Self.reading(path)))
    }
}
