import Text

/// The parts of a target pattern that say how far it reaches: `scheme://host:port/path`.
struct PatternScope {
    /// `http` or `https`; nil where both are meant.
    let scheme: String?
    let host: Substring
    /// A number or `*`; nil where none is written.
    let port: Substring?

    /// Splits a pattern that has been checked.
    init(_ pattern: String) {
        let separator = pattern.firstRange(of: "://")
        scheme = separator.map { pattern[..<$0.lowerBound].lowercased() }
        let rest = separator.map { pattern[$0.upperBound...] } ?? pattern[...]
        let authority = rest.prefix { $0 != "/" }
        let parts = HostAndPort(authority)
        host = parts.host
        port = parts.port
    }

    /// Whether every host is meant.
    ///
    /// A scheme, a port or a path narrow a pattern too little to make the proxy anything but open.
    var isEveryHost: Bool { host.contains("*") && host.allSatisfy { $0 == "*" || $0 == "." } }

    /// Whether targets are meant that are spoken to without TLS.
    var allowsPlainHTTP: Bool { scheme != "https" }

    /// Whether every port of the host is meant.
    var allowsEveryPort: Bool { port == "*" || scheme == nil && port == nil }
}
