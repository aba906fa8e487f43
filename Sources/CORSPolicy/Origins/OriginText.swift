/// The parts of a text that is meant as an origin, nothing checked or changed.
struct OriginText {
    /// What stands before `://`; nil where that is missing.
    private(set) var scheme: Substring?
    private(set) var hasUserInfo = false
    /// A name, an address, a bracketed address, or what was written in its place.
    private(set) var host: Substring = ""
    /// What stands behind the host's colon; nil without colon.
    private(set) var port: Substring?
    /// A path, query or fragment, none of which an origin has.
    private(set) var tail: Substring = ""

    // All cuts are made at ASCII bytes: a combining mark behind a delimiter must not hide it.
    init(_ text: Substring) {
        var rest = text
        if let end = Self.schemeEnd(in: text) {
            scheme = text[..<end]
            rest = text[text.utf8.index(end, offsetBy: 3)...]
        }
        if let end = rest.utf8.firstIndex(where: { "/?#".utf8.contains($0) }) {
            tail = rest[end...]
            rest = rest[..<end]
        }
        if let at = rest.utf8.lastIndex(of: UInt8(ascii: "@")) {
            hasUserInfo = true
            rest = rest[rest.utf8.index(after: at)...]
        }
        host = rest
        let bracket = rest.utf8.first == UInt8(ascii: "[") ? rest.utf8.firstIndex(of: UInt8(ascii: "]")) : nil
        if let colon = rest[(bracket ?? rest.startIndex)...].utf8.firstIndex(of: UInt8(ascii: ":")) {
            host = rest[..<colon]
            port = rest[rest.utf8.index(after: colon)...]
        }
    }

    /// The text as a message may show it: without a credential or a query.
    var redacted: String {
        let path = tail.utf8.firstIndex { "?#".utf8.contains($0) }.map { tail[..<$0] } ?? tail
        return (scheme.map { "\($0)://" } ?? "") + host + (port.map { ":\($0)" } ?? "") + path
    }

    private static func schemeEnd(in text: Substring) -> Substring.Index? {
        text.utf8.indices.first { index in
            text.utf8[index] == UInt8(ascii: ":") && text.utf8[index...].starts(with: "://".utf8)
        }
    }
}
