import TestSupport
import Testing

@testable import Configuration

struct MutationTests {
    private static let seeds = [
        #"{"listen": {"host": "::1", "port": 8080}, "cors": {"allowedOrigins": ["https://a.example"]}}"#,
        #"{"limits": {"headerBytes": "32KB", "bodyTimeout": "30s", "idleTimeout": 1.5e1, "connections": 10}}"#,
        #"{"prefix": {"request": {"setHeaders": {"X-É\ud83d\ude00": "\u0041\n"}, "removeHeaders": ["a"]}}}"#,
        #"{"guard": {"allowPrivateNetworks": ["10.0.0.0/8", "fd00::/8"]}, "upstream": {"hosts": {"a:1": "[::1]:2"}}}"#,
        #"[[[[{"a": [null, true, false, -0.1e-5]}]]], "\"\\\/\b\f\n\r\t"]"#,
    ].map { Array($0.utf8) }

    private static let tokens: [[UInt8]] =
        [
            "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud800", "//", "-", "1e999",
            "9999999999999999999", "null",
            "\"\"", "\u{0}", "\n", "é", "*", "/", ".", "%", "999999999999h", "99999999999GB",
        ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xED, 0xA0, 0x80]]

    @Test func `takes or refuses any text, and never traps`() {
        var random = SplitMix64(seed: 20_250_101)
        var refused = 0
        for round in 0..<3_000 {
            var bytes = Self.seeds[round % Self.seeds.count]
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes.mutate(with: Self.tokens, using: &random)
            }
            let file = LocalFile(name: "f", bytes: bytes)
            do throws(ConfigurationError) {
                _ = try Settings.load(file, flags: Flags(), environment: [:], validators: Validators())
            } catch {
                refused += 1
                #expect(error.problems.contains { $0.severity == .error })
            }
        }
        // Most changes break something, and some do not: both ways were taken.
        #expect((1_000..<3_000).contains(refused))
    }

    @Test func `refuses every text that is cut short`() {
        for seed in Self.seeds {
            for end in seed.indices {
                #expect(throws: JSONSyntaxError.self) { try JSONReader.read(Array(seed[..<end])) }
            }
        }
    }
}

extension [UInt8] {
    fileprivate mutating func mutate(with tokens: [[UInt8]], using random: inout SplitMix64) {
        let place = Int.random(in: 0...count, using: &random)
        let length = Swift.min(Int.random(in: 0...4, using: &random), count - place)
        switch UInt8.random(in: 0...3, using: &random) {
        case 0: removeSubrange(place..<place + length)
        case 1: insert(contentsOf: tokens.randomElement(using: &random) ?? [], at: place)
        case 2: replaceSubrange(place..<place + length, with: tokens.randomElement(using: &random) ?? [])
        default: if place < count { self[place] ^= 1 << UInt8.random(in: 0...7, using: &random) }
        }
    }
}
