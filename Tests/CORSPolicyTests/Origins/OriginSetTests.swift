import Testing

@testable import CORSPolicy

@Suite
struct OriginSetTests {
    @Test
    func `the index agrees with the patterns compared one by one`() throws {
        let hosts = [
            "example", "a.example", "b.a.example", "xa.example", "localhost", "a.localhost", "127.0.0.1",
            "[::1]",
        ]
        let ports = ["", ":1", ":8080", ":80", ":443", ":*"]
        let texts = ["http", "https"].flatMap { scheme in
            hosts.flatMap { host in
                ["", "*."].flatMap { prefix in ports.map { "\(scheme)://\(prefix)\(host)\($0)" } }
            }
        }
        let patterns = texts.compactMap { OriginPattern(reading: $0) }
        #expect(patterns.count > 100)
        let origins = patterns.filter(\.isExact).map(\.text)
        var matchCount = 0
        for (index, pattern) in patterns.enumerated() {
            let set = OriginSet([pattern, patterns[(index * 7 + 3) % patterns.count]])
            for origin in origins {
                let exact = try #require(OriginPattern(serialized: origin))
                let isCovered = set.patterns.contains { $0.covers(exact) }
                #expect(set.contains(origin) == isCovered, "\(set.patterns.map(\.text)) \(origin)")
                matchCount += isCovered ? 1 : 0
            }
        }
        #expect(matchCount > 300)
    }

    @Test
    func `a wildcard stands for no foreign host, a whole name does`() throws {
        let texts = [
            "http://*.localhost:*", "https://*.localhost", "http://a.named.localhost:*",
            "https://x.localhost",
        ]
        let foreign = ["git.localhost", "named.localhost", "a.named.localhost", "x.localhost"]
        let set = OriginSet(texts.compactMap { OriginPattern(reading: $0) }, foreignHosts: foreign)
        for (origin, isAllowed) in [
            ("http://dev.localhost:1", true), ("http://a.git.localhost", true),
            ("http://xgit.localhost", true),
            ("http://git.localhost", false), ("http://git.localhost:8080", false),
            ("https://git.localhost", false),
            ("http://named.localhost:1", false), ("http://a.named.localhost:1", true),
            ("http://b.named.localhost:1", true), ("https://a.named.localhost", false),
            ("https://x.localhost", true), ("http://x.localhost", false),
        ] {
            #expect(set.contains(origin) == isAllowed, "\(origin)")
            #expect((set.firstMatch(for: origin) != nil) == isAllowed, "\(origin)")
        }
    }

    @Test
    func `a thousand patterns are told apart`() throws {
        let count = 1000
        let texts = (0..<count).map { index in
            switch index % 4 {
            case 0: "https://app\(index).example"
            case 1: "https://*.shop\(index).example"
            case 2: "http://dev\(index).example:*"
            default: "https://*.t\(index).example:\(1000 + index)"
            }
        }
        let set = try OriginSet(patterns: texts, path: "exempt", context: .test)
        for index in 0..<count {
            let (matching, missing) =
                switch index % 4 {
                case 0: ("https://app\(index).example", "https://app\(index + 1).example")
                case 1: ("https://a.b.shop\(index).example", "https://shop\(index).example")
                case 2:
                    (
                        "http://dev\(index).example:\(index + 100)",
                        "https://dev\(index).example:\(index + 100)"
                    )
                default:
                    (
                        "https://x.t\(index).example:\(1000 + index)",
                        "https://x.t\(index).example:\(1001 + index)"
                    )
                }
            #expect(set.contains(matching))
            #expect(!set.contains(missing))
        }
    }

    @Test
    func `several ports of one domain are kept apart`() throws {
        let set = try OriginSet(
            patterns: ["https://*.example", "https://*.example:8443", "https://*.example:9443"],
            path: "exempt",
            context: .test
        )
        for port in ["", ":8443", ":9443"] { #expect(set.contains("https://a.example\(port)")) }
        #expect(!set.contains("https://a.example:1"))
    }

    @Test
    func `a list that stands on its own reports all its problems`() {
        let error = #expect(throws: CORSConfigurationError.self) {
            try OriginSet(patterns: ["*", "null", "x y"], path: "limits.rate.exempt", context: .test)
        }
        #expect(
            error?.problems.map(\.path) == [
                "limits.rate.exempt[1]", "limits.rate.exempt[2]", "limits.rate.exempt",
            ]
        )
    }

    @Test
    func `no text makes a policy trap`() throws {
        var generator = Xorshift(state: 0x2545_F491_4F6C_DD1D)
        let pieces = [
            "https", "http", "://", ":", "/", ".", "*", "[", "]", "::1", "shop", ".example", "app.example",
            "0x", "127",
            "99999999999999999999", "@", "?", "#", "%", "\u{301}", "é", "\0", " ", "xn--", "null", "-", "+",
            "\u{1F600}",
        ]
        let policy = try Fixture.list.policy()
        let patterns = Fixture.list.configuration.allowedOrigins.compactMap { OriginPattern(reading: $0) }
        #expect(patterns.count == 2)
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0..<9, using: &generator)).map { _ in
                pieces[Int.random(in: 0..<pieces.count, using: &generator)]
            }.joined()
            let refusal = policy.decide("GET", from: text).refusal
            let isAllowed = OriginPattern(serialized: text).map { origin in
                patterns.contains { $0.covers(origin) }
            }
            #expect((refusal == nil) == (isAllowed ?? false), "\(text)")
            _ = refusal.map { policy.hint(for: $0) }
            _ = problems { $0.allowedOrigins = [text] }
        }
    }
}

/// A generator that gives the same numbers in every run.
private struct Xorshift: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
