/// An authority without user name: `host`, `host:port`, `[IPv6]` or `[IPv6]:port`.
///
/// Its parts are cut out, not checked.
///
/// - SeeAlso: RFC 3986 §3.2.
public struct HostAndPort: Sendable, Equatable {
    /// What stands before the port; an IPv6 address has its brackets.
    public let host: Substring
    /// What stands behind the colon; nil without a colon.
    public let port: Substring?

    /// Cuts an authority, as people write it, at its last colon.
    public init(_ authority: Substring) {
        // The colons of an IPv6 address stand within brackets.
        let octets = authority.utf8
        guard let colon = octets.lastIndex(of: .colon), !octets[colon...].contains(UInt8(ascii: "]")) else {
            host = authority
            port = nil
            return
        }
        host = authority[..<colon]
        port = authority[octets.index(after: colon)...]
    }

    /// Whether a colon stands behind the host; as `port != nil`, and cheaper.
    public static func hasPort(_ authority: String) -> Bool {
        let octets = authority.utf8.span
        var index = octets.count
        while index > 0 {
            index &-= 1
            if octets[index] == .colon { return true }
            if octets[index] == UInt8(ascii: "]") { return false }
        }
        return false
    }

    /// Where the host of an authority ends, as a request has it: at the first colon that is not within brackets.
    ///
    /// All of it is the host where anything else stands behind the brackets.
    public static func endOfHost(in authority: Span<UInt8>) -> Int {
        guard !authority.isEmpty else { return 0 }
        let isBracketed = authority[0] == UInt8(ascii: "[")
        for index in authority.indices {
            if isBracketed {
                let isEnd = authority[index] == UInt8(ascii: "]")
                let isLast = index + 1 == authority.count || authority[index + 1] == .colon
                if isEnd, isLast { return index + 1 }
            } else if authority[index] == .colon {
                return index
            }
        }
        return authority.count
    }

    /// A host without the brackets of an IPv6 address.
    public static func bare(_ host: some StringProtocol) -> String {
        host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : String(host)
    }
}
