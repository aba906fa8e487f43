/// What `Basic` credentials hold, which an upstream may repeat in the clear: `https://user:password@host/`.
///
/// - SeeAlso: RFC 7617 §2.
enum BasicCredentials {
    /// User name and password, and the password alone; none where a value holds no such credentials.
    static func secrets(in value: String) -> [String] {
        let words = value.split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "basic", let bytes = decoded(words[1]) else {
            return []
        }
        let pair = String(decoding: bytes, as: UTF8.self)
        guard let colon = pair.firstIndex(of: ":") else { return [] }
        return [pair, String(pair[pair.index(after: colon)...])]
    }

    /// The bytes that a text of RFC 4648 §4 stands for, with or without its padding; nil where it is none.
    private static func decoded(_ text: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for byte in text.utf8.prefix(while: { $0 != UInt8(ascii: "=") }) {
            guard let value = value(of: byte) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return bytes
    }

    private static func value(of byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
