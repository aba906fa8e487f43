/// The names under which the proxy answers: a guard against DNS rebinding.
///
/// A page of evil.example whose name is made to resolve to 127.0.0.1 still sends its own name in Host.
public struct AllowedHosts: Sendable {
    private var index = HostPatternIndex()
    /// The same without `*`.
    private var named = HostPatternIndex()

    /// Makes the list; with no patterns no host is answered.
    public init(_ patterns: [HostPattern]) {
        for pattern in patterns {
            _ = index.insert(pattern)
            if !pattern.matchesAll { _ = named.insert(pattern) }
        }
    }

    /// Whether a Host field's value, or the authority of a request-target, names one of these hosts.
    ///
    /// The port does not matter. Anything between the host and its port makes it another host.
    public func contains(_ authority: ArraySlice<UInt8>) -> Bool {
        let bytes = authority.span
        return index.covers(bytes.extracting(0..<Self.endOfHost(in: bytes)))
    }

    /// Whether a Host field's value is `localhost`, a name below it or a loopback address, whatever its port.
    ///
    /// - SeeAlso: RFC 6761 §6.3.
    static func isLoopback(_ authority: ArraySlice<UInt8>) -> Bool {
        let bytes = authority.span
        let host = bytes.extracting(0..<endOfHost(in: bytes))
        if ASCII.equal(host, "localhost".utf8.span) || ASCII.equal(host, "[::1]".utf8.span) { return true }
        if isLoopbackIPv4(host) { return true }
        let below = ".localhost".utf8.span
        let labels = host.count - below.count
        return labels > 0 && ASCII.equal(host.extracting(labels...), below)
    }

    /// Whether a host is 127.0.0.0/8 as browsers write it; other spellings of it come from no browser.
    private static func isLoopbackIPv4(_ host: Span<UInt8>) -> Bool {
        guard host.count >= 9, ASCII.equal(host.extracting(0..<4), "127.".utf8.span) else { return false }
        var dots = 0
        for index in host.indices {
            if host[index] == UInt8(ascii: ".") {
                dots += 1
            } else if !ASCII.isDigit(host[index]) {
                return false
            }
        }
        return dots == 3
    }

    /// As `contains`, but for what only `*` covers: a host that nobody has named.
    func names(_ authority: ArraySlice<UInt8>) -> Bool {
        let bytes = authority.span
        return named.covers(bytes.extracting(0..<Self.endOfHost(in: bytes)))
    }

    static func endOfHost(in authority: Span<UInt8>) -> Int {
        guard !authority.isEmpty else { return 0 }
        let isBracketed = authority[0] == UInt8(ascii: "[")
        for index in authority.indices {
            if isBracketed {
                let isEnd = authority[index] == UInt8(ascii: "]")
                let isLast = index + 1 == authority.count || authority[index + 1] == UInt8(ascii: ":")
                if isEnd, isLast { return index + 1 }
            } else if authority[index] == UInt8(ascii: ":") {
                return index
            }
        }
        return authority.count
    }
}
