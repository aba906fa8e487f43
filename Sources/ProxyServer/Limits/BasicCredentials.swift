import Text

/// What `Basic` credentials hold, which an upstream may repeat in the clear: `https://user:password@host/`.
///
/// - SeeAlso: RFC 7617 §2.
enum BasicCredentials {
    /// User name and password, and the password alone; none where a value holds no such credentials.
    static func secrets(in value: String) -> [String] {
        let words = value.split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "basic", let bytes = Base64.decoded(words[1].utf8)
        else {
            return []
        }
        let pair = String(decoding: bytes, as: UTF8.self)
        guard let colon = pair.firstIndex(of: ":") else { return [] }
        return [pair, String(pair[pair.index(after: colon)...])]
    }
}
