import HTTPSyntax

/// The secrets of one route or of the prefix form, which must not reach a client by an upstream that repeats them.
public struct SecretScreen: Sendable {
    /// Shorter texts would be found in fields that do not repeat them.
    private static let minimumLength = 4
    private let needles: [[UInt8]]

    /// Makes a screen of the secret values; they are looked for as they are and percent-encoded.
    public init(_ secrets: [String]) {
        var needles: Set<[UInt8]> = []
        for secret in secrets where secret.utf8.count >= Self.minimumLength {
            needles.insert(Array(secret.utf8))
            needles.insert(Array(QueryEdits.encode(secret).utf8))
        }
        self.needles = Array(needles)
    }

    /// Whether there is nothing to look for.
    public var isEmpty: Bool { needles.isEmpty }

    /// Whether a text holds a secret.
    public func finds(in text: some Collection<UInt8>) -> Bool {
        guard !needles.isEmpty else { return false }
        let bytes = Array(text)
        return needles.contains { Self.contains($0, in: bytes) }
    }

    private static func contains(_ needle: [UInt8], in bytes: [UInt8]) -> Bool {
        guard bytes.count >= needle.count else { return false }
        return (0...(bytes.count - needle.count)).contains { start in
            bytes[start] == needle[0] && bytes[start..<start + needle.count].elementsEqual(needle)
        }
    }

    /// Drops the fields of a response whose values hold a secret.
    func clean(_ fields: inout FieldSection) {
        guard !needles.isEmpty else { return }
        var names: [String] = []
        for line in fields.lines where finds(in: fields.value(of: line)) {
            names.append(String(decoding: fields.name(of: line), as: UTF8.self))
        }
        for name in names { fields.remove(named: name) }
    }
}
