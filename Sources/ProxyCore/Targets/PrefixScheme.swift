import HTTPSyntax
import Text

/// The scheme at the start of a target in the prefix form, with the slashes behind it.
struct PrefixScheme {
    /// The scheme, or nil where the target begins with its host.
    let written: TargetScheme?
    /// Where the authority begins.
    let end: Int

    /// Reads `http://`, `https://`, `//` or nothing, and of a handshake `ws://` and `wss://`, which mean the first two.
    ///
    /// - Throws: `target-slashes` for `https:/h`, `target-scheme` for any other scheme, `target-invalid` for
    ///   a number of leading slashes other than none and two.
    init(_ bytes: Span<UInt8>, ofHandshake isHandshake: Bool) throws(ProxyError) {
        guard bytes[0] != UInt8(ascii: "/") else {
            end = try Self.endOfLeadingSlashes(in: bytes)
            written = nil
            return
        }
        let colon = Self.endOfName(in: bytes, from: 0)
        guard colon < bytes.count, bytes[colon] == UInt8(ascii: ":") else {
            written = nil
            end = 0
            return
        }
        let name = bytes.extracting(0..<colon)
        if let scheme = Self.scheme(name) ?? Self.webSocketScheme(name) {
            guard isHandshake || Self.scheme(name) != nil else { throw Self.withoutHandshake(name) }
            guard Self.slashes(in: bytes, at: colon + 1) >= 2 else { throw Self.missingSlash(name) }
            written = scheme
            end = colon + 3
            return
        }
        guard !Self.isForeignScheme(bytes, colon: colon) else {
            throw Self.foreignScheme(bytes.extracting(0..<colon))
        }
        written = nil
        end = 0
    }

    private static func scheme(_ name: Span<UInt8>) -> TargetScheme? {
        if name.equalsIgnoringCase("https".utf8.span) { return .https }
        return name.equalsIgnoringCase("http".utf8.span) ? .http : nil
    }

    private static func webSocketScheme(_ name: Span<UInt8>) -> TargetScheme? {
        if name.equalsIgnoringCase("wss".utf8.span) { return .https }
        return name.equalsIgnoringCase("ws".utf8.span) ? .http : nil
    }

    /// Where the run of bytes ends that a scheme may consist of (RFC 3986 §3.1).
    private static func endOfName(in bytes: Span<UInt8>, from start: Int) -> Int {
        var end = start
        while end < bytes.count {
            switch bytes[end] {
            case let byte where byte.isLetter || byte.isDigit: end += 1
            case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): end += 1
            default: return end
            }
        }
        return end
    }

    private static func slashes(in bytes: Span<UInt8>, at start: Int) -> Int {
        var end = start
        while end < bytes.count, bytes[end] == UInt8(ascii: "/") { end += 1 }
        return end - start
    }

    /// Tells `ftp://h` and `data:text/html` from `example.com:8080` and from `user:password@host`.
    private static func isForeignScheme(_ bytes: Span<UInt8>, colon: Int) -> Bool {
        guard colon > 0, bytes[0].isLetter else { return false }
        if slashes(in: bytes, at: colon + 1) >= 2 { return true }
        for index in 0..<colon where bytes[index] == UInt8(ascii: ".") {
            return false
        }
        guard colon + 1 < bytes.count, !bytes[colon + 1].isDigit else { return false }
        for index in colon..<bytes.count {
            if bytes[index] == UInt8(ascii: "/") || bytes[index] == UInt8(ascii: "?") { return true }
            if bytes[index] == UInt8(ascii: "@") { return false }
        }
        return true
    }

    private static func endOfLeadingSlashes(in bytes: Span<UInt8>) throws(ProxyError) -> Int {
        let count = slashes(in: bytes, at: 0)
        let colon = endOfName(in: bytes, from: count)
        let namesScheme =
            colon < bytes.count && bytes[colon] == UInt8(ascii: ":")
            && (scheme(bytes.extracting(count..<colon)) ?? webSocketScheme(bytes.extracting(count..<colon)))
                != nil
        guard count == 2, !namesScheme else {
            throw ProxyError(
                .targetInvalid,
                message: "The target begins with slashes that do not belong there.",
                hint:
                    "Put the URL right behind the proxy's address and one slash: /https://api.example.com/data"
            )
        }
        return count
    }

    private static func withoutHandshake(_ name: Span<UInt8>) -> ProxyError {
        ProxyError(
            .targetScheme,
            message: "The scheme \"\(text(name))\" needs a WebSocket handshake, and this request is none.",
            hint:
                "Ask with new WebSocket(…), or write http:// or https://. A server in front has to pass Upgrade on."
        )
    }

    private static func missingSlash(_ name: Span<UInt8>) -> ProxyError {
        ProxyError(
            .targetSlashes,
            message: "After \"\(text(name).lowercased()):\" two slashes are needed.",
            hint: """
                If you wrote two, a server in front of the proxy merges slashes: switch that off \
                (nginx: merge_slashes off; Apache: MergeSlashes Off), or leave the scheme away: /api.example.com/data
                """
        )
    }

    private static func foreignScheme(_ name: Span<UInt8>) -> ProxyError {
        ProxyError(
            .targetScheme,
            message: "The scheme \"\(text(name))\" is not forwarded.",
            hint: "Only http:// and https:// URLs are, and ws:// and wss:// of WebSocket."
        )
    }

    /// As much of a scheme's name as is shown.
    private static func text(_ name: Span<UInt8>) -> String {
        var text = ""
        for index in 0..<min(name.count, 32) {
            text.unicodeScalars.append(Unicode.Scalar(name[index]))
        }
        return text
    }
}
