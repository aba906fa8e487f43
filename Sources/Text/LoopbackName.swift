/// The names that mean this machine: `localhost` and all below it.
///
/// Addresses such as `127.0.0.1` are no names; IPAddresses knows those.
///
/// - SeeAlso: RFC 6761 §6.3.
public enum LoopbackName {
    /// Whether a host, without port, is such a name, in upper or lower case.
    public static func matches(_ host: some StringProtocol) -> Bool {
        matches(String(host).utf8.span)
    }

    /// Whether these octets are such a name, in upper or lower case.
    public static func matches(_ host: Span<UInt8>) -> Bool {
        let below = ".localhost".utf8.span
        return host.equalsIgnoringCase(below.extracting(1...))
            || host.count > below.count && host.hasSuffixIgnoringCase(below)
    }
}
