/// A list of origin patterns, compiled so that looking an origin up costs the same whatever their number.
public struct OriginSet: Sendable {
    /// The patterns in the order of the list, without duplicates.
    let patterns: [OriginPattern]
    /// Hosts that only a pattern with their whole name matches.
    private let foreignHosts: [String]
    private let exact: Set<String>
    private let wildcards: HostIndex
    /// `moz-extension://` and the like, where every host of the scheme is meant.
    private let extensionPrefixes: [[UInt8]]

    init(_ patterns: [OriginPattern], foreignHosts: [String] = []) {
        self.patterns = patterns
        self.foreignHosts = foreignHosts
        exact = Set(patterns.filter(\.isExact).map(\.text))
        wildcards = HostIndex(patterns, foreignHosts: foreignHosts)
        extensionPrefixes = patterns.filter { $0.host == .any }.map { Array("\($0.scheme)://".utf8) }
    }

    /// Compiles a list of patterns that stands on its own, for example who is exempt from a rate limit.
    ///
    /// - Parameters:
    ///   - texts: Patterns in the form of `allowedOrigins`; `*` and `null` are refused.
    ///   - path: The key of the list, for problems.
    ///   - context: Supplies IDNA, and the hosts that no wildcard stands for.
    /// - Throws: All problems at once.
    public init(
        patterns texts: [String],
        path: String,
        context: CORSPolicyContext
    ) throws(CORSConfigurationError) {
        var findings = Findings()
        let list = OriginList(texts, path: path, context: context, findings: &findings)
        try findings.throwProblems()
        self.init(list.patterns, foreignHosts: context.foreignHosts)
    }

    /// Whether a pattern matches an Origin value, compared byte for byte.
    ///
    /// - SeeAlso: Fetch §4.9 (CORS check).
    public func contains(_ origin: String) -> Bool {
        let bytes = origin.utf8.span
        // Strings that differ in bytes can be equal in Swift (U+212A is K), but not where both are ASCII.
        guard bytes.count <= OriginSyntax.maximumLength, Self.isASCII(bytes) else { return false }
        if exact.contains(origin) { return true }
        if !wildcards.isEmpty, let webOrigin = WebOrigin(bytes) {
            return wildcards.contains(webOrigin, in: bytes)
        }
        return extensionPrefixes.contains { Self.isExtension(bytes, prefix: $0) }
    }

    /// The first pattern of the list that matches, for messages: its cost grows with the list.
    func firstMatch(for origin: String) -> OriginPattern? {
        OriginPattern(serialized: origin).flatMap { origin in
            patterns.first { $0.covers(origin) && !isForeign(origin, to: $0) }
        }
    }

    /// Whether a pattern that covers an origin does not stand for it all the same.
    func isForeign(_ origin: OriginPattern, to pattern: OriginPattern) -> Bool {
        guard case .subdomains = pattern.host, case .exact(let host) = origin.host else { return false }
        return foreignHosts.contains(host)
    }

    private static func isASCII(_ bytes: Span<UInt8>) -> Bool {
        var union: UInt8 = 0
        for index in bytes.indices { union |= bytes[index] }
        return union < 0x80
    }

    private static func isExtension(_ bytes: Span<UInt8>, prefix: [UInt8]) -> Bool {
        guard bytes.count > prefix.count else { return false }
        for index in prefix.indices where bytes[index] != prefix[index] { return false }
        for index in prefix.count..<bytes.count where !OriginSyntax.isOpaqueHostByte(bytes[index]) {
            return false
        }
        return true
    }
}
