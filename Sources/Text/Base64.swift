/// Bytes as text of 64 characters, and back.
///
/// - SeeAlso: RFC 4648 §4 and §5.
public enum Base64 {
    /// Which characters stand for 62 and 63.
    public enum Alphabet: Sendable, Hashable {
        /// `+` and `/`.
        case standard
        /// `-` and `_`, which no URL and no token needs escaped.
        case url
    }

    private static let letters = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8
    )

    /// The text of bytes.
    ///
    /// - Parameter isPadded: Whether `=` fills the last group of four.
    public static func encoded(
        _ bytes: some Collection<UInt8>,
        _ alphabet: Alphabet = .standard,
        isPadded: Bool = true
    ) -> [UInt8] {
        let all = letters + (alphabet == .standard ? "+/" : "-_").utf8
        var text: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 6 {
                count -= 6
                text.append(all[Int(bits >> UInt32(count) & 63)])
            }
        }
        if count > 0 { text.append(all[Int(bits << UInt32(6 - count) & 63)]) }
        while isPadded, text.count % 4 != 0 { text.append(UInt8(ascii: "=")) }
        return text
    }

    /// The bytes that a text stands for, nil where it is none.
    ///
    /// The padding may be there or not, but not in part. Bits behind the last byte are not looked at: encoders differ
    /// in them.
    public static func decoded(_ text: some Collection<UInt8>, _ alphabet: Alphabet = .standard) -> [UInt8]? {
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        var characters = 0
        var rest = text[...]
        while let byte = rest.first, byte != UInt8(ascii: "=") {
            guard let value = value(of: byte, alphabet) else { return nil }
            rest = rest.dropFirst()
            characters += 1
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        let isWhole = rest.isEmpty || rest.count == (4 - characters % 4) % 4
        guard characters % 4 != 1, isWhole, rest.allSatisfy({ $0 == UInt8(ascii: "=") }) else { return nil }
        return bytes
    }

    private static func value(of byte: UInt8, _ alphabet: Alphabet) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+") where alphabet == .standard, UInt8(ascii: "-") where alphabet == .url: 62
        case UInt8(ascii: "/") where alphabet == .standard, UInt8(ascii: "_") where alphabet == .url: 63
        default: nil
        }
    }
}
