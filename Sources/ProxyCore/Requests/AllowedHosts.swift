import Text

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
            if pattern.form != .any { _ = named.insert(pattern) }
        }
    }

    /// Whether a Host field's value, or the authority of a request-target, names one of these hosts.
    ///
    /// The port does not matter. Anything between the host and its port makes it another host.
    public func contains(_ authority: ArraySlice<UInt8>) -> Bool {
        let bytes = authority.span
        return index.covers(bytes.extracting(0..<HostAndPort.endOfHost(in: bytes)))
    }

    /// Whether a Host field's value is `localhost`, a name below it or a loopback address, whatever its port.
    ///
    /// - SeeAlso: RFC 6761 §6.3.
    static func isLoopback(_ authority: ArraySlice<UInt8>) -> Bool {
        let bytes = authority.span
        let host = bytes.extracting(0..<HostAndPort.endOfHost(in: bytes))
        return LoopbackName.matches(host) || host.equalsIgnoringCase("[::1]".utf8.span)
            || isLoopbackIPv4(host)
    }

    /// Whether a host is 127.0.0.0/8 as browsers write it; other spellings of it come from no browser.
    private static func isLoopbackIPv4(_ host: Span<UInt8>) -> Bool {
        guard host.count >= 9, host.extracting(0..<4).equalsIgnoringCase("127.".utf8.span) else {
            return false
        }
        var dots = 0
        for index in host.indices {
            if host[index] == UInt8(ascii: ".") {
                dots += 1
            } else if !host[index].isDigit {
                return false
            }
        }
        return dots == 3
    }

    /// As `contains`, but for what only `*` covers: a host that nobody has named.
    func names(_ authority: ArraySlice<UInt8>) -> Bool {
        let bytes = authority.span
        return named.covers(bytes.extracting(0..<HostAndPort.endOfHost(in: bytes)))
    }
}
