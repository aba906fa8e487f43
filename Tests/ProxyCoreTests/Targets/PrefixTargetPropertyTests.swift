import TestSupport
import Testing

@testable import ProxyCore

@Suite struct PrefixTargetPropertyTests {
    static let seeds = [
        "example.com", "//example.com:443/x?y", "HTTP://EXAMPLE.com/A", "http:///x", "http://:1234",
        "https:/x.com", "h:65536", "localhost:3000", "ftp://h/x", "user:pw@host.com/", "iscorsneeded",
        "[::1]:8080/x", "http://[::ffff:1.2.3.4]/", "127.0.0.1/a?b", "http://good.com\\@evil.com", "",
    ]
    static let alphabet = Array("/:@?#[]\\%.-_aZ09xf \u{7F}\0é".utf8)

    /// Deletes, doubles, replaces or inserts a byte, a few times over.
    static func mutated(_ seed: String, _ random: inout SplitMix64) -> String {
        var bytes = Array(seed.utf8)
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let index = Int.random(in: 0...bytes.count, using: &random)
            let byte = alphabet.randomElement(using: &random) ?? 0
            switch Int.random(in: 0..<4, using: &random) {
            case 0 where index < bytes.count: bytes.remove(at: index)
            case 1 where index < bytes.count: bytes.insert(bytes[index], at: index)
            case 2 where index < bytes.count: bytes[index] = byte
            default: bytes.insert(byte, at: index)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The target, or nil where the text is refused or asks for a page.
    static func target(of text: String) -> TargetReference? {
        do {
            let parsed = try PrefixTarget.parse(text[...], hasPublicSuffix: { _ in true })
            guard case .target(let target) = parsed else { return nil }
            return target
        } catch {
            #expect(error.code.side == .target)
            return nil
        }
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `whatever is accepted is unambiguous and reads the same again`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var accepted = 0
        for _ in 0..<20_000 {
            let text = Self.mutated(Self.seeds.randomElement(using: &random) ?? "", &random)
            guard let target = Self.target(of: text) else { continue }
            accepted += 1
            #expect(
                !target.authority.utf8.contains { "@\\%/?#".utf8.contains($0) },
                "\(text.debugDescription)"
            )
            #expect(target.pathAndQuery.utf8.first == UInt8(ascii: "/"))
            #expect(text.hasSuffix(target.pathAndQuery) || text.hasSuffix(target.pathAndQuery.dropFirst()))
            let again = try PrefixTarget.parse(target.serialized[...], hasPublicSuffix: { _ in false })
            #expect(again == .target(target), "\(text.debugDescription)")
        }
        #expect(accepted > 1_000)
    }
}
