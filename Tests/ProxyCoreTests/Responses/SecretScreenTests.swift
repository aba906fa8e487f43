import HTTPSyntax
import TestSupport
import Testing

@testable import ProxyCore

/// No head that goes out repeats a secret, however it is spelt.
@Suite struct SecretScreenTests {
    private static let secret = "S3cr/et+Key=="
    private static let fields = ["X-Debug", "Link", "Location", "Refresh", "Set-Cookie", "Content-Location"]

    /// The lines that are left of a response, and its reason phrase.
    private func screened(_ lines: [String], _ secrets: [String], reason: String = "OK") throws -> (
        lines: [String], reason: String
    ) {
        var head = try responseHead(200, lines)
        head.reason = reason
        SecretScreen(secrets).clean(&head)
        return (head.fields.texts, head.reason)
    }

    @Test(arguments: [
        "S3cr/et+Key==", "S3cr/et%2BKey%3D%3D", "S3cr%2Fet%2BKey%3D%3D", "s3cr%2fet%2bkey%3d%3d",
        "S3cr%252Fet%252BKey%253D%253D", "S3cr%25252Fet%2BKey==", "S3cr%2525252Fet%252BKey==",
        "%53%33%63%72%2F%65%74%2B%4B%65%79%3D%3D", "S3cr/et Key==", "S3cr/et%20Key%3d%3D", "S3CR/ET+KEY==",
        "S3cr%2F%65t%25%32%42Key==",
    ])
    func `finds a secret in every spelling of up to four rounds, in any field`(spelling: String) throws {
        for name in Self.fields {
            let line = "\(name): https://h.example/x?tok=\(spelling)&a=b"
            #expect(
                try screened(["X-Stays: 1", line, "X-Too: 2"], [Self.secret]).lines == [
                    "X-Stays: 1", "X-Too: 2",
                ]
            )
        }
    }

    @Test(arguments: [
        "S3cr/et+Key=", "S3cr//et+Key==", "S3cr%2Fet%2Key==", "3cr/et+Key==", "S3cr/et+Key%3", "", "%", "%2",
        "%%%%%%%%", "S3cr/et%2525252525252BKey==",
    ])
    func `leaves what is no secret, byte for byte`(text: String) throws {
        for name in Self.fields {
            #expect(try screened(["\(name): \(text)"], [Self.secret]).lines == ["\(name): \(text)"])
        }
    }

    @Test func `a name and a reason phrase tell no secret either`() throws {
        let key = "0123456789abcdef"
        let result = try screened(["X-\(key): 1", "X-Stays: 1"], [key], reason: "OK \(key.uppercased())")
        #expect(result == (["X-Stays: 1"], ""))
        #expect(try screened([], [key], reason: "Fine").reason == "Fine")
    }

    @Test(
        arguments: [
            (3, [], []), (4, ["Location", "Link", "Refresh", "Set-Cookie"], []),
            (7, ["Location", "Link", "Refresh", "Set-Cookie"], []), (8, fields, ["OK"]),
        ] as [(Int, [String], [String])]
    )
    func `secrets of four to seven bytes count where a browser follows or keeps`(
        length: Int,
        dropped: [String],
        reason: [String]
    ) throws {
        let secret = String("abcdefgh".prefix(length))
        let lines = Self.fields.map { "\($0): x\(secret)x" }
        let result = try screened(lines, [secret], reason: "x\(secret)x")
        #expect(result.lines == lines.filter { !dropped.contains(String($0.prefix { $0 != ":" })) })
        #expect(result.reason == (reason.isEmpty ? "x\(secret)x" : ""))
    }

    @Test func `a length that happens to be a secret stays, or the message would be another one`() throws {
        let lines = ["Content-Length: 12345678", "X-Echo: 12345678"]
        #expect(try screened(lines, ["12345678"]).lines == ["Content-Length: 12345678"])
    }

    @Test func `each of many secrets is found, one inside the other too`() throws {
        let secrets = ["abcdabcdabcx", "bcdabcdy", "dabcdabcdabz", "cdab-long-one", "sk-live-1", "sk-live-2"]
        let screen = SecretScreen(secrets)
        for secret in secrets {
            for text in [secret, "a\(secret)", "abcdabcd\(secret)z", "sk-live-\(secret)", "cdab\(secret)"] {
                #expect(screen.finds(in: text), "\(text)")
            }
            for index in secret.indices {
                var text = secret
                text.remove(at: index)
                let isOther = secrets.contains { text.contains($0) }
                #expect(screen.finds(in: text) == isOther, "\(text)")
            }
        }
    }

    @Test func `a secret that is percent-encoded itself is known decoded`() {
        let screen = SecretScreen(["p%40ss%2Fword%20x"])
        for text in ["p%40ss%2Fword%20x", "p@ss/word x", "p%2540ss%252Fword%2520x", "p@ss%2Fword+x"] {
            #expect(screen.finds(in: text), "\(text)")
        }
    }

    @Test func `nothing is looked for where there is no secret`() {
        #expect(SecretScreen.none.isEmpty && SecretScreen([]).isEmpty && SecretScreen(["abc"]).isEmpty)
        #expect(!SecretScreen([]).finds(in: "abc"))
    }

    /// Each byte on its own: as it is, or encoded one to four times, in digits of either case.
    private func encoded(_ secret: String, _ random: inout SplitMix64) -> String {
        let digits = [Array("0123456789abcdef"), Array("0123456789ABCDEF")]
        var text = ""
        for byte in secret.utf8 {
            let rounds = Int.random(in: 0...4, using: &random)
            guard rounds > 0 || !(0x21...0x7E).contains(byte) else {
                text.unicodeScalars.append(UnicodeScalar(byte))
                continue
            }
            let set = digits[Int.random(in: 0...1, using: &random)]
            text += "%" + String(repeating: "25", count: max(rounds, 1) - 1)
            text.append(set[Int(byte >> 4)])
            text.append(set[Int(byte & 15)])
        }
        return text
    }

    @Test(arguments: 1...40)
    func `no random spelling of a random secret gets through`(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        // No percent sign: what a secret's own escapes become is tested by itself.
        let alphabet = Array("abXYZ019/+=-_.~:;,!?&@ é\"'<>")
        for _ in 1...50 {
            let length = Int.random(in: 8...60, using: &random)
            let secret = String((1...length).map { _ in alphabet.randomElement(using: &random) ?? "a" })
            let others = (1...3).map { _ in
                String((1...9).map { _ in alphabet.randomElement(using: &random) ?? "b" })
            }
            let text = encoded(secret, &random)
            for name in Self.fields {
                let line = "\(name): \(encoded("https://h/?q=", &random))\(text)%"
                #expect(try screened([line], others + [secret]).lines == [], "\(secret) \(line)")
            }
        }
    }

    @Test func `the work is linear, whatever the text is made of`() {
        let patterns = (0..<200).map { "sk-live-\($0)-\(String(repeating: "a", count: 40))b" }
        let secrets =
            patterns + [String(repeating: "a", count: 500) + "b", String(repeating: "ab", count: 99)]
        let screen = SecretScreen(secrets)
        for (unit, count) in [
            ("a", 60_000), ("ab", 30_000), ("sk-live-1", 7_000), ("%61", 20_000),
            ("%2525252561", 6_000), ("%", 60_000), ("%25", 20_000), ("sk-live-19", 6_000), ("%%36%31", 8_000),
        ] {
            var steps: [Int] = []
            for share in [count / 4, count] {
                let text = String(repeating: unit, count: share)
                var taken = 0
                _ = screen.finds(in: text.utf8.span, .strict, &taken)
                // Five passes and four decodings, each with a few moves for a byte.
                #expect(taken <= 5 * 5 * text.utf8.count, "\(unit)")
                steps.append(taken)
            }
            #expect(steps[1] <= 5 * max(steps[0], 1), "\(unit): \(steps)")
        }
    }

    @Test func `a very long secret is known by its beginning, and makes no large screen`() {
        let secret = String((0..<60_000).map { _ in "abcdefghijklmnop".randomElement() ?? "a" })
        let screen = SecretScreen([secret])
        #expect(screen.finds(in: "x\(secret.prefix(300))"))
        #expect(!screen.finds(in: "x\(secret.prefix(250))"))
    }
}
