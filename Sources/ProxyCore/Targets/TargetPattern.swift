import HTTPSyntax
import Text

/// A pattern for target URLs, as in `prefix.targets` and in the header rules.
///
/// - `*`: every target.
/// - `*.wikipedia.org`, `api.github.com`, `[2001:db8::1]`: a `HostPattern`, any scheme and any port;
///   `host:8443` means that port.
/// - `https://api.github.com`: one scheme, and its default port; `https://api.github.com:*` any port. `ws` means
///   `http`, and `wss` `https`.
/// - `https://api.github.com/repos/**`: one path, compared byte for byte with the path as written: `*`
///   stands for any bytes within a segment, `**` for any bytes. Without a path every path is meant. A query
///   is never compared.
public struct TargetPattern: Sendable, Hashable {
    enum Port: Hashable {
        case schemeDefault
        case number(UInt16)
        case any
    }

    let scheme: TargetScheme?
    let host: HostPattern
    let port: Port
    let path: PathPattern?

    /// The pattern `*`, for every target.
    public static let all = TargetPattern(
        scheme: nil,
        host: HostPattern(canonical: "*"),
        port: .any,
        path: nil
    )

    private init(scheme: TargetScheme?, host: HostPattern, port: Port, path: PathPattern?) {
        self.scheme = scheme
        self.host = host
        self.port = port
        self.path = path
    }

    /// Compiles a pattern from the configuration.
    ///
    /// - Parameters:
    ///   - text: The pattern.
    ///   - canonicalHost: The one spelling of a host, punycode and RFC 5952 included; nil where it is none.
    /// - Throws: `TargetPatternError` for what is no pattern or could never match.
    public init(
        parsing text: String,
        canonicalHost: (String) -> String? = { $0 }
    ) throws(TargetPatternError) {
        let (scheme, rest) = try Self.splitScheme(text)
        let authority = rest.prefix { $0 != "/" }
        let parts = HostAndPort(authority)
        self.scheme = scheme
        do {
            host = try HostPattern(parsing: String(parts.host), canonicalHost: canonicalHost)
        } catch {
            throw TargetPatternError(message: error.message, mend: error.mend)
        }
        port = scheme == nil && parts.port == nil ? .any : try Self.port(parts.port)
        path =
            authority.endIndex == rest.endIndex ? nil : try PathPattern(parsing: rest[authority.endIndex...])
    }

    /// Whether the pattern surely means this URL: what an allow list and a header rule ask.
    ///
    /// A path that servers may read in another way than it is written, such as one with `..` or `%5c`, never
    /// matches a pattern that has a path.
    public func matches(_ url: TargetURL) -> Bool {
        matches(TargetReading(url, for: .allow))
    }

    /// Whether the pattern may mean this URL: what a deny list asks.
    ///
    /// Wider than `matches`: a pattern without a port means every port, a trailing dot of the host is left off, and
    /// a path counts that a server may come to read as one that matches: see `PathReading`.
    public func mayMatch(_ url: TargetURL) -> Bool {
        matches(TargetReading(url, for: .deny))
    }

    /// Whether the pattern may mean some URL of an origin, whatever its path.
    public func mayReach(_ origin: TargetOrigin) -> Bool {
        matchesOrigin(of: TargetReading(TargetURL(origin: origin, pathAndQuery: "/"), for: .deny))
    }

    func matches(_ url: TargetReading) -> Bool {
        guard matchesOrigin(of: url) else { return false }
        guard let path else { return true }
        return url.use == .allow ? path.matches(url) : path.mayMatch(url)
    }

    private func matchesOrigin(of url: TargetReading) -> Bool {
        let origin = url.origin
        if let scheme, scheme != origin.scheme { return false }
        switch port {
        case .any: break
        case .number(let number): guard origin.port == number else { return false }
        case .schemeDefault:
            guard url.use == .deny || origin.port == origin.scheme.defaultPort else { return false }
        }
        return host.matches(url.host.utf8.span)
    }

    // MARK: How far it reaches

    /// Whether every host is meant.
    ///
    /// A scheme, a port or a path narrow a pattern too little to make the proxy anything but open.
    public var meansEveryHost: Bool { host.form == .any }

    /// Whether targets are meant that are spoken to without TLS.
    public var allowsPlainHTTP: Bool { scheme != .https }

    /// Whether every port of the host is meant.
    public var allowsEveryPort: Bool { port == .any }

    /// Whether the pattern is for one port alone, which it names.
    var namesPort: Bool {
        if case .number = port { true } else { false }
    }

    /// Whether the pattern is for all targets.
    var isUniversal: Bool { scheme == nil && host.form == .any && port == .any && path == nil }

    private static func splitScheme(
        _ text: String
    ) throws(TargetPatternError) -> (TargetScheme?, rest: Substring) {
        let name = text.prefix { $0 != ":" }
        let rest = text[name.endIndex...]
        guard rest.hasPrefix("://") else { return (nil, text[...]) }
        guard let scheme = TargetScheme(written: name) else { throw .unknownScheme(name) }
        return (scheme, rest.dropFirst(3))
    }

    private static func port(_ text: Substring?) throws(TargetPatternError) -> Port {
        guard let text else { return .schemeDefault }
        if text == "*" { return .any }
        let isDecimal = text.utf8.allSatisfy(\.isDigit) && text.first != "0"
        guard isDecimal, let number = UInt16(text) else { throw .invalidPort(text) }
        return .number(number)
    }
}

/// Why a target pattern of the configuration is refused.
public struct TargetPatternError: Error, Sendable, Hashable {
    /// What is wrong, with the offending part in quotes.
    public let message: String
    /// What to write instead.
    public let mend: String

    static func unknownScheme(_ name: Substring) -> TargetPatternError {
        TargetPatternError(
            message: "The scheme \"\(name)\" is never forwarded.",
            mend: "Write \"http://\", \"https://\", or no scheme to mean both."
        )
    }

    static func invalidPort(_ text: Substring) -> TargetPatternError {
        TargetPatternError(
            message: "\"\(text)\" is no port.",
            mend: "Write a number from 1 to 65535, or \"*\" for any port."
        )
    }

    static func holdsQuery(_ path: Substring) -> TargetPatternError {
        TargetPatternError(
            message: "The path \"\(path)\" holds a query or a fragment, which are never compared.",
            mend: "Leave out \"?\" and \"#\" and what follows."
        )
    }

    static func ambiguousPath(_ path: Substring) -> TargetPatternError {
        TargetPatternError(
            message: "The path \"\(path)\" holds a dot segment, a \"\\\" or a double encoding.",
            mend: "Write the path that is left when these are resolved."
        )
    }

    static func foreignByte(_ path: Substring) -> TargetPatternError {
        TargetPatternError(
            message: "The path \"\(path)\" holds a space or a character outside ASCII.",
            mend: "Percent-encode it, as it is in a request."
        )
    }

    static let tooManyStars = TargetPatternError(
        message: "More than two stars stand in a row.",
        mend: "Write \"*\" for a part of a segment, \"**\" for any number of segments."
    )

    static let rootOnly = TargetPatternError(
        message: "The path \"/\" would match the root alone.",
        mend: "Leave the slash off, or write \"/**\", to mean every path."
    )
}
