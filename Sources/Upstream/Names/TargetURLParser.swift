import CCurl
import HTTPSyntax
import Text

/// Why a text is no URL that Corsway forwards to.
public enum TargetURLError: String, Error, Sendable, Hashable, CaseIterable {
    /// It breaks the syntax, or parsers would differ about it: control bytes, spaces, `\`.
    case invalid = "The URL is malformed."
    /// It is neither http nor https.
    case scheme = "The URL's scheme is neither http nor https."
    /// It carries a user name or a password.
    case credentials = "The URL carries credentials."
    /// The host is missing, has percent-encoded or forbidden characters, or is no valid name or address.
    case host = "The URL's host is missing or invalid."
    /// The port is no number of 1–65535.
    case port = "The URL's port is not a number from 1 to 65535."

    /// The error in words, without the text that was refused.
    public var reason: String { rawValue }
}

/// Turns texts into the URLs that are checked and then connected to.
///
/// libcurl parses every authority, since libcurl connects: what was checked is what is reached. It takes more
/// than it should, so texts about which parsers differ are refused before. Not for use by several threads:
/// each shard has its own.
public final class TargetURLParser {
    private struct CacheKey: Hashable {
        let scheme: TargetScheme
        let authority: String
    }

    static let maximumCacheCount = 256

    private let handle = URLHandle()
    /// The same few authorities come again and again; a client that varies them empties the cache, no more.
    private var cache: [CacheKey: TargetOrigin] = [:]

    /// How many authorities are remembered.
    var cacheCount: Int { cache.count }

    /// Makes a parser with an empty cache.
    public init() {}

    /// Reads the origin that a scheme and an authority name.
    ///
    /// The host comes out canonical: lower-case, punycode, IPv4 as a dotted quad, IPv6 compressed and in
    /// brackets, without the trailing dot of an absolute name.
    ///
    /// - Parameters:
    ///   - scheme: `http` or `https` in any case.
    ///   - authority: `host[:port]`.
    /// - Returns: The origin, its port the scheme's default where none is given.
    /// - Throws: `TargetURLError`.
    /// - SeeAlso: RFC 3986 §3.2, RFC 9110 §4.2.4 (no userinfo).
    public func origin(scheme: String, authority: String) throws(TargetURLError) -> TargetOrigin {
        guard let scheme = TargetScheme(rawValue: scheme) ?? TargetScheme(rawValue: scheme.lowercased())
        else {
            throw .scheme
        }
        let key = CacheKey(scheme: scheme, authority: authority)
        if let known = cache[key] { return known }
        let origin = try parse(scheme: scheme, authority: authority)
        if cache.count >= Self.maximumCacheCount {
            cache.removeAll(keepingCapacity: true)
        }
        cache[key] = origin
        return origin
    }

    private func parse(scheme: TargetScheme, authority: String) throws(TargetURLError) -> TargetOrigin {
        guard AuthorityBytes(authority) != nil else { throw Self.refusal(of: authority) }
        switch handle.set("\(scheme.rawValue)://\(authority)/") {
        case CURLUE_OK: break
        case CURLUE_BAD_PORT_NUMBER: throw .port
        case CURLUE_USER_NOT_ALLOWED: throw .credentials
        case CURLUE_BAD_HOSTNAME, CURLUE_BAD_IPV6, CURLUE_NO_HOST: throw .host
        default: throw .invalid
        }
        // A libcurl that saw more than an authority here disagrees with the checks above.
        guard handle.part(CURLUPART_PATH) == "/", handle.part(CURLUPART_SCHEME) == scheme.rawValue,
            ![CURLUPART_QUERY, CURLUPART_FRAGMENT, CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_ZONEID]
                .contains(where: { handle.part($0) != nil })
        else { throw .invalid }
        var port = scheme.defaultPort
        if let text = handle.part(CURLUPART_PORT) {
            guard let number = UInt16(text), number > 0 else { throw .port }
            port = number
        }
        guard let host = handle.canonicalHost() else { throw .host }
        return TargetOrigin(scheme: scheme, host: host, port: port)
    }

    private static func refusal(of authority: String) -> TargetURLError {
        if authority.utf8.contains(UInt8(ascii: "@")) { return .credentials }
        return authority.isEmpty || authority.utf8.contains(UInt8(ascii: "%")) ? .host : .invalid
    }

    /// Resolves the text of a Location field against the URL that was asked, as `resolve(_:against:)` does bytes.
    public func resolve(_ location: String, against base: TargetURL) throws(TargetURLError) -> TargetURL {
        try resolve(ArraySlice(location.utf8), against: base)
    }

    /// Resolves the bytes of a Location field against the URL that was asked.
    ///
    /// The path loses its dot segments, percent-encoded ones too. Spaces, quotes, angle brackets and bytes that
    /// are not ASCII are percent-encoded as browsers do. A Location without a fragment inherits that of `base`.
    ///
    /// - SeeAlso: RFC 3986 §5.2, RFC 9110 §10.2.2, Fetch §4.4 (location URL), URL Standard (percent-encode sets).
    public func resolve(_ location: ArraySlice<UInt8>, against base: TargetURL) throws(TargetURLError)
        -> TargetURL
    {
        let reference = try URLReference(location)
        guard let origin = try origin(of: reference, against: base) else {
            return reference.resolved(inPathOf: base)
        }
        return TargetURL(
            origin: origin,
            pathAndQuery: reference.absolutePath + reference.querySuffix,
            fragment: reference.fragment ?? base.fragment
        )
    }

    /// The origin that a reference names, nil where it names none and stays at that of the base.
    private func origin(
        of reference: URLReference,
        against base: TargetURL
    ) throws(TargetURLError) -> TargetOrigin? {
        let scheme = reference.scheme ?? base.origin.scheme.rawValue
        guard let authority = reference.authority else {
            guard reference.scheme != nil else { return nil }
            // "http:/x" and "http:x", which some take for a host and some for a path.
            throw TargetScheme(rawValue: scheme) == nil ? .scheme : .invalid
        }
        return try self.origin(scheme: scheme, authority: authority)
    }
}

/// The parts of a URL reference, the path, the query and the fragment percent-encoded as browsers do.
///
/// - SeeAlso: RFC 3986 Appendix B.
private struct URLReference {
    /// In lower case.
    private(set) var scheme: String?
    private(set) var authority: String?
    private let path: String
    private let query: String?
    let fragment: String?

    init(_ location: ArraySlice<UInt8>) throws(TargetURLError) {
        var rest = OptionalWhitespace.trimmed(location)
        guard rest.allSatisfy(\.isPrintableOctet) else { throw .invalid }

        fragment = Self.cut(&rest, at: "#").map { Self.encoded($0, escaping: " \"<>`") }
        query = Self.cut(&rest, at: "?").map { Self.encoded($0, escaping: " \"<>'") }
        // Browsers read a backslash as a slash, RFC 3986 does not.
        guard !rest.contains(UInt8(ascii: "\\")) else { throw .invalid }
        if let colon = rest.firstIndex(of: UInt8(ascii: ":")), Self.isScheme(rest[..<colon]) {
            scheme = String(decoding: rest[..<colon], as: UTF8.self).lowercased()
            rest = rest[(colon &+ 1)...]
        }
        if rest.starts(with: "//".utf8) {
            rest.removeFirst(2)
            let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
            guard let text = String(validating: rest[..<end], as: UTF8.self) else { throw .host }
            authority = text
            rest = rest[end...]
        }
        path = Self.encoded(rest, escaping: " \"<>^`{}")
    }

    var querySuffix: String { query.map { "?\($0)" } ?? "" }

    /// The path of a reference that has an authority.
    var absolutePath: String { Self.removeDotSegments(path) }

    /// The URL that a reference without scheme and authority means (RFC 3986 §5.2.2).
    func resolved(inPathOf base: TargetURL) -> TargetURL {
        let pathAndQuery: String
        if path.isEmpty {
            pathAndQuery = query == nil ? base.pathAndQuery : base.path + querySuffix
        } else if path.utf8.first == UInt8(ascii: "/") {
            pathAndQuery = absolutePath + querySuffix
        } else {
            let directory = base.path.prefix(upTo: base.path.lastIndex(of: "/") ?? base.path.startIndex)
            pathAndQuery = Self.removeDotSegments("\(directory)/\(path)") + querySuffix
        }
        return TargetURL(
            origin: base.origin,
            pathAndQuery: pathAndQuery,
            fragment: fragment ?? base.fragment
        )
    }

    /// Takes off what follows the first of the given delimiter, nil where there is none.
    private static func cut(_ text: inout ArraySlice<UInt8>, at delimiter: Unicode.Scalar) -> ArraySlice<
        UInt8
    >? {
        guard let index = text.firstIndex(of: UInt8(ascii: delimiter)) else { return nil }
        defer { text = text[..<index] }
        return text[(index &+ 1)...]
    }

    private static func isScheme(_ text: ArraySlice<UInt8>) -> Bool {
        guard let first = text.first, first.isLetter else { return false }
        return text.allSatisfy { byte in
            byte.isLetter || byte.isDigit
                || "+-.".utf8.contains(byte)
        }
    }

    private static func encoded(_ bytes: ArraySlice<UInt8>, escaping special: String) -> String {
        let special = Array(special.utf8)
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count)
        for byte in bytes {
            if byte >= 0x80 || special.contains(byte) {
                text.appendPercentEncoded(byte)
            } else {
                text.append(byte)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Resolves `.` and `..`, which browsers recognise percent-encoded too; the result starts with a slash.
    ///
    /// - SeeAlso: RFC 3986 §5.2.4.
    private static func removeDotSegments(_ path: String) -> String {
        var kept: [Substring] = []
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        for (index, segment) in segments.enumerated() {
            // What stands before the first slash is empty.
            guard index > 0 else { continue }
            let plain = segment.lowercased().replacing("%2e", with: ".")
            if plain == ".." { _ = kept.popLast() }
            if plain != "." && plain != ".." {
                kept.append(segment)
            } else if index == segments.count - 1 {
                kept.append("")
            }
        }
        return "/" + kept.joined(separator: "/")
    }
}
