import HTTPSyntax
import Text

/// What a request in the prefix form asks for: `/https://api.example.com/data` and its relatives.
///
/// The grammar is that of cors-anywhere, with its repairs taken out: what is malformed is refused, not healed.
public enum PrefixTarget: Sendable, Hashable {
    /// The page that says how to use the proxy: no path follows the base path.
    case help
    /// `/iscorsneeded`, by which scripts find out whether they need a proxy to read this very answer.
    case isCORSNeeded
    /// A URL to forward the request to.
    case target(TargetReference)

    /// Reads what follows the base path in a request-target, query included.
    ///
    /// With a scheme any host passes; without one the host must be an IP address or a name with a public
    /// suffix, so that `/robots.txt` and `/favicon.ico` are not taken for hosts. Without a scheme port 443
    /// means https, any other http. An international name is percent-encoded, as browsers send it; everything else
    /// in the authority is taken as it is written.
    ///
    /// - Parameters:
    ///   - text: What stands after `/` (or after the configured base path), for example `https://h/p?q`.
    ///   - isHandshake: Whether the request is a WebSocket handshake: only there `ws:` and `wss:` are schemes.
    ///   - hasPublicSuffix: Whether a name, given in lower case and perhaps not in ASCII, ends in a real top-level
    ///     domain.
    /// - Returns: The target, or one of the two pages.
    /// - Throws: A `ProxyError` on the target's side, fit for the client.
    public static func parse(
        _ text: Substring,
        ofHandshake isHandshake: Bool = false,
        hasPublicSuffix: (String) -> Bool
    ) throws(ProxyError) -> PrefixTarget {
        let bytes = text.utf8.span
        guard !bytes.isEmpty, bytes[0] != UInt8(ascii: "?") else {
            if let error = MisspelledTarget.inQuery(text.dropFirst()) { throw error }
            return .help
        }
        try refuseForeignBytes(in: bytes)
        let scheme = try PrefixScheme(bytes, ofHandshake: isHandshake)
        let authority: TargetAuthority
        do throws(ProxyError) {
            authority = try TargetAuthority(bytes, from: scheme.end)
        } catch {
            throw scheme.written == nil ? MisspelledTarget.encoded(text) ?? error : error
        }
        let target = TargetReference(
            scheme: scheme.written ?? (authority.port == 443 ? .https : .http),
            authority: try string(of: text, authority.written, authority),
            pathAndQuery: pathAndQuery(of: text, from: authority.end),
            isInternational: authority.isInternational
        )
        if scheme.written == nil, authority.kind == .name {
            let host = try string(of: text, authority.host, authority).lowercased()
            if host == "iscorsneeded", authority.port == nil { return .isCORSNeeded }
            guard hasPublicSuffix(host) else { throw unknownHost(host, target) }
        }
        return .target(target)
    }

    /// The parser of request heads lets only printable ASCII through; this holds whatever the caller did.
    private static func refuseForeignBytes(in bytes: Span<UInt8>) throws(ProxyError) {
        for index in bytes.indices {
            let byte = bytes[index]
            guard byte.isVisibleOctet, byte != UInt8(ascii: "#") else {
                throw ProxyError(
                    .targetInvalid,
                    message: "The target holds a byte that no URL in a request may hold.",
                    hint:
                        "Leave the fragment (#…) off, and percent-encode spaces and characters outside ASCII."
                )
            }
        }
    }

    /// Part of an authority, an international name decoded.
    private static func string(
        of text: Substring,
        _ range: Range<Int>,
        _ authority: TargetAuthority
    ) throws(ProxyError) -> String {
        let part = Substring(text.utf8.dropFirst(range.lowerBound).prefix(range.count))
        guard authority.isInternational else { return String(part) }
        guard let name = PercentEncoding.decoded(part.utf8.span) else { throw .invalidInternationalName }
        return name
    }

    private static func pathAndQuery(of text: Substring, from end: Int) -> String {
        let rest = text.utf8.dropFirst(end)
        let written = String(Substring(rest))
        return rest.first == UInt8(ascii: "/") ? written : "/" + written
    }

    private static func unknownHost(_ host: String, _ target: TargetReference) -> ProxyError {
        ProxyError(
            .targetHost,
            message: "\"\(host)\" is neither an IP address nor a name under a public top-level domain.",
            hint: "To reach a host of any other name write the scheme too: /\(target.scheme.rawValue)://"
                + target.authority.lowercased() + MisspelledTarget.shownPath(target.pathAndQuery[...])
        )
    }
}
