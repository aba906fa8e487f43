import TestSupport
import Testing

@testable import HTTPSyntax

/// However the bytes are cut, the result is that of the whole.
@Suite struct IncrementalParsingTests {
    @Test(arguments: Seeds.requests)
    func `reads a request the same, cut at any byte`(seed: String) {
        let bytes = octets(seed + "rest")
        let whole = requestOutcome(bytes)
        guard case .message = whole else {
            Issue.record("\(whole)")
            return
        }
        for cut in bytes.indices { #expect(requestOutcome(bytes, cuts: [cut]) == whole) }
        #expect(requestOutcome(bytes, cuts: bytes.indices) == whole)
    }

    @Test(arguments: Seeds.responses)
    func `reads a response the same, cut at any byte`(seed: String) {
        let bytes = octets(seed + "rest")
        let whole = responseOutcome(bytes)
        guard case .message = whole else {
            Issue.record("\(whole)")
            return
        }
        for cut in bytes.indices { #expect(responseOutcome(bytes, cuts: [cut]) == whole) }
        #expect(responseOutcome(bytes, cuts: bytes.indices) == whole)
    }

    @Test(arguments: Seeds.chunkedBodies)
    func `decodes a chunked body the same, cut at any byte`(seed: String) {
        let bytes = octets(seed + "rest")
        let whole = decodeChunks(bytes)
        #expect(whole.hasEnded)
        #expect(whole.consumed == seed.unicodeScalars.count)
        for cut in 0..<whole.consumed { #expect(decodeChunks(bytes, cuts: [cut]) == whole) }
        #expect(decodeChunks(bytes, cuts: 0..<whole.consumed) == whole)
    }

    @Test func `never looks at a byte of a head twice`() throws {
        for seed in Seeds.requests {
            let bytes = octets(seed)
            var parser = RequestHeadParser(limits: HeadLimits())
            for count in 0..<bytes.count {
                #expect(try parser.parse(Array(bytes[..<count])) == nil)
                #expect(parser.position == count)
            }
        }
        for seed in Seeds.responses {
            let bytes = octets(seed)
            var parser = ResponseHeadParser(maximumHeadBytes: 1024, maximumFieldCount: 10)
            for count in 0..<bytes.count {
                #expect(try parser.parse(Array(bytes[..<count])) == nil)
                #expect(parser.position == count)
            }
        }
    }

    /// The seed with up to four changes that tend to be near a rule.
    private func mutate(_ seed: String, with generator: inout SplitMix64) -> [UInt8] {
        var bytes = octets(seed)
        let telling = octets("\r\n \t:;,0aF\u{0}\u{7F}\u{80}")
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let index = Int.random(in: 0...bytes.count, using: &generator)
            let octet = telling.randomElement(using: &generator) ?? 0
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes.insert(octet, at: index)
            case 1 where index < bytes.count: bytes[index] = octet
            case 2 where index < bytes.count: bytes.remove(at: index)
            case 3:
                let end = min(bytes.count, index + 12)
                bytes.insert(contentsOf: bytes[index..<end], at: index)
            default:
                if index < bytes.count { bytes[index] = UInt8.random(in: 0...255, using: &generator) }
            }
        }
        return bytes
    }

    private func cuts(of bytes: [UInt8], with generator: inout SplitMix64) -> [Int] {
        (0..<3).map { _ in Int.random(in: 0...bytes.count, using: &generator) }.sorted()
    }

    @Test func `reads mutated requests the same in pieces, and what it writes the same again`() {
        var generator = SplitMix64(seed: 1)
        var kinds: Set<String> = []
        for round in 0..<12_000 {
            let bytes = mutate(Seeds.requests[round % Seeds.requests.count], with: &generator)
            let whole = requestOutcome(bytes)
            #expect(requestOutcome(bytes, cuts: cuts(of: bytes, with: &generator)) == whole)
            #expect(requestOutcome(bytes, cuts: bytes.indices) == whole)
            switch whole {
            case .needsMore: kinds.insert("needsMore")
            case .refused(let error): kinds.insert("\(error)")
            case .message(let text, _):
                kinds.insert("message")
                expectSameAgain(text, of: bytes)
            }
        }
        // Else the mutations would not reach what they are for.
        #expect(kinds.contains("message"))
        #expect(kinds.count > 15)
    }

    /// HTTP/1.0 is left out: written as HTTP/1.1 it may lack its Host.
    private func expectSameAgain(_ text: String, of bytes: [UInt8]) {
        var parser = RequestHeadParser(limits: HeadLimits())
        do {
            let head = try #require(try parser.parse(bytes)).head
            guard head.version == .http11 else { return }
            var written: [UInt8] = []
            head.write(to: &written)
            #expect(requestOutcome(written) == .message(text, consumed: written.count))
        } catch {
            Issue.record(error)
        }
    }

    @Test func `reads mutated responses the same in pieces`() {
        var generator = SplitMix64(seed: 2)
        for round in 0..<12_000 {
            let bytes = mutate(Seeds.responses[round % Seeds.responses.count], with: &generator)
            let whole = responseOutcome(bytes)
            #expect(responseOutcome(bytes, cuts: cuts(of: bytes, with: &generator)) == whole)
            #expect(responseOutcome(bytes, cuts: bytes.indices) == whole)
        }
    }

    @Test func `decodes mutated chunks the same in pieces`() {
        var generator = SplitMix64(seed: 3)
        for round in 0..<12_000 {
            let bytes = mutate(Seeds.chunkedBodies[round % Seeds.chunkedBodies.count], with: &generator)
            let whole = decodeChunks(bytes)
            let pieces = cuts(of: bytes, with: &generator).prefix { $0 <= whole.consumed }
            #expect(decodeChunks(bytes, cuts: pieces) == whole)
            #expect(decodeChunks(bytes, cuts: 0..<whole.consumed) == whole)
        }
    }
}
