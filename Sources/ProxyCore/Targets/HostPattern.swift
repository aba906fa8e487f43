import Text

/// A pattern for hosts: `localhost`, `127.0.0.1`, `[::1]`, `*.localhost` or `*`.
///
/// Compared without regard to case. `*.name` stands for one or more labels before `.name`, never for `name`
/// itself. A trailing dot makes another host, which only `*` matches.
public struct HostPattern: Sendable, Hashable {
    enum Form: Hashable {
        case any
        /// In lower case.
        case exact([UInt8])
        /// In lower case, with its leading dot.
        case subdomains([UInt8])
    }

    let form: Form

    /// Compiles a pattern from the configuration.
    ///
    /// - Parameters:
    ///   - text: The pattern, without scheme, port or path.
    ///   - canonicalHost: The one spelling of a host, punycode and RFC 5952 included; nil where it is none.
    /// - Throws: `HostPatternError` for what could never match, with the right spelling where there is one.
    public init(
        parsing text: String,
        canonicalHost: (String) -> String? = { $0 }
    ) throws(HostPatternError) {
        guard text != "*" else {
            form = .any
            return
        }
        let isWildcard = text.hasPrefix("*.")
        let name = (isWildcard ? String(text.dropFirst(2)) : text).lowercased()
        guard let canonical = canonicalHost(name) else { throw .notAHost(text) }
        guard canonical == name else { throw .notCanonical(text, mend: (isWildcard ? "*." : "") + canonical) }
        switch Self.shape(of: name.utf8.span) {
        case .name: break
        case .address where !isWildcard: break
        case .holdsMore: throw .holdsMore(text)
        case .address, .invalid: throw .notAHost(text)
        }
        form = isWildcard ? .subdomains([UInt8(ascii: ".")] + name.utf8) : .exact(Array(name.utf8))
    }

    /// A pattern that was read before, from the canonical spelling that was kept of it.
    public init(canonical text: String) {
        if text == "*" {
            form = .any
        } else if text.hasPrefix("*.") {
            form = .subdomains(Array(text.lowercased().utf8.dropFirst()))
        } else {
            form = .exact(Array(text.lowercased().utf8))
        }
    }

    /// A pattern for one host, which is known to be a name or an address in its canonical spelling.
    init(name: String) {
        form = .exact(Array(name.lowercased().utf8))
    }

    /// Whether the pattern covers a host, given without its port and in brackets where it is an IPv6 address.
    public func matches(_ host: ArraySlice<UInt8>) -> Bool {
        matches(host.span)
    }

    func matches(_ host: Span<UInt8>) -> Bool {
        switch form {
        case .any: return true
        case .exact(let name): return host.equalsIgnoringCase(name.span)
        case .subdomains(let suffix):
            let labels = host.count - suffix.count
            guard labels > 0, host[0] != UInt8(ascii: ".") else { return false }
            return host.extracting(labels...).equalsIgnoringCase(suffix.span)
        }
    }

    private enum Shape { case name, address, holdsMore, invalid }

    private static func shape(of host: Span<UInt8>) -> Shape {
        guard !host.isEmpty else { return .invalid }
        if host[0] == UInt8(ascii: "[") { return shape(ofBracketed: host) }
        var hasLetter = false
        for index in host.indices {
            switch host[index] {
            case UInt8(ascii: ":"): return .holdsMore
            case UInt8(ascii: "."):
                guard index > 0, index + 1 < host.count, host[index - 1] != UInt8(ascii: ".") else {
                    return .invalid
                }
            case UInt8(ascii: "-"), UInt8(ascii: "_"): hasLetter = true
            case let byte where byte.isLetter: hasLetter = true
            case let byte where byte.isDigit: break
            default: return .invalid
            }
        }
        return hasLetter ? .name : .address
    }

    private static func shape(ofBracketed host: Span<UInt8>) -> Shape {
        for index in 1..<host.count {
            switch host[index] {
            case UInt8(ascii: "]"): return index + 1 == host.count ? .address : .holdsMore
            case UInt8(ascii: ":"), UInt8(ascii: "."): break
            case let byte where byte.hexadecimalValue != nil: break
            default: return .invalid
            }
        }
        return .invalid
    }
}

/// Why a host pattern of the configuration is refused.
public struct HostPatternError: Error, Sendable, Hashable {
    /// What is wrong, with the pattern in quotes.
    public let message: String
    /// What to write instead.
    public let mend: String

    static func notAHost(_ text: String) -> HostPatternError {
        HostPatternError(
            message: "\"\(text)\" is no host pattern.",
            mend: """
                Write a name, an IPv4 address, an IPv6 address in brackets, \"*.\" before a name for its \
                subdomains, or \"*\" for all hosts.
                """
        )
    }

    static func notCanonical(_ text: String, mend canonical: String) -> HostPatternError {
        HostPatternError(
            message: "\"\(text)\" is not how the host is spelt in a request.",
            mend: "Write \"\(canonical)\"."
        )
    }

    static func holdsMore(_ text: String) -> HostPatternError {
        HostPatternError(
            message: "\"\(text)\" holds more than a host.",
            mend: "Leave scheme and port off; write IPv6 addresses in brackets."
        )
    }
}
