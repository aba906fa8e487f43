import IPAddresses
import Text

/// The checks of values that this module leaves to others: each is a plain function.
public struct Validators: Sendable {
    /// Gives the canonical form of a host name (lower case, punycode); nil where it is no host name.
    public var canonicalHost: @Sendable (String) -> String?
    /// Tells whether a canonical name is a public suffix, such as `co.uk`.
    public var isPublicSuffix: @Sendable (String) -> Bool
    /// Says what is wrong with a target pattern of `prefix.targets`; nil where nothing is.
    public var targetPatternFault: @Sendable (String) -> Fault?
    /// Reads the authority of a route's target, given its scheme; throws where it is none.
    public var targetOrigin: @Sendable (_ scheme: String, _ authority: String) throws(Fault) -> TargetAddress
    /// Tells whether a target pattern may mean a URL of a scheme and authority, whatever its path.
    public var patternMayReach: @Sendable (_ pattern: String, _ scheme: String, _ authority: String) -> Bool
    /// Says what is wrong with a certificate chain and a private key, both in PEM.
    public var tlsFindings: @Sendable (_ chain: [UInt8], _ key: [UInt8]) -> TLSFindings
    /// Tells whether listening on a host reaches this machine only.
    public var isLoopbackHost: @Sendable (String) -> Bool

    /// Makes validators; those left out are lenient, but for loopback, which is known without them.
    public init(
        canonicalHost: @escaping @Sendable (String) -> String? = { _ in nil },
        isPublicSuffix: @escaping @Sendable (String) -> Bool = { _ in false },
        targetPatternFault: @escaping @Sendable (String) -> Fault? = { _ in nil },
        targetOrigin: @escaping @Sendable (String, String) throws(Fault) -> TargetAddress =
            Validators.plainAddress,
        patternMayReach: @escaping @Sendable (String, String, String) -> Bool = { _, _, _ in true },
        tlsFindings: @escaping @Sendable ([UInt8], [UInt8]) -> TLSFindings = { _, _ in TLSFindings() },
        isLoopbackHost: @escaping @Sendable (String) -> Bool = Validators.isLoopback
    ) {
        self.canonicalHost = canonicalHost
        self.isPublicSuffix = isPublicSuffix
        self.targetPatternFault = targetPatternFault
        self.targetOrigin = targetOrigin
        self.patternMayReach = patternMayReach
        self.tlsFindings = tlsFindings
        self.isLoopbackHost = isLoopbackHost
    }

    /// Whether a host is a loopback address, `localhost` or a name below it (RFC 6761 §6.3).
    public static let isLoopback: @Sendable (String) -> Bool = { host in
        if let address = IPAddress(host) { return address.isLoopback }
        return LoopbackName.matches(host)
    }

    /// Splits an authority at its last colon, and knows the ports of http and https.
    public static let plainAddress: @Sendable (String, String) throws(Fault) -> TargetAddress = {
        scheme,
        authority throws(Fault) in
        let parts = HostAndPort(authority[...])
        guard let digits = parts.port else {
            return TargetAddress(host: authority.lowercased(), port: scheme == "https" ? 443 : 80)
        }
        guard let port = UInt16(digits), port > 0 else {
            throw Fault("The URL's port is not a number from 1 to 65535.", mend: "Correct it.")
        }
        return TargetAddress(host: parts.host.lowercased(), port: port)
    }
}

/// Where a URL leads.
public struct TargetAddress: Sendable, Hashable {
    /// A lower-case name, an IPv4 address, or an IPv6 address in brackets.
    public let host: String
    /// 1–65535.
    public let port: UInt16

    /// Makes an address of its parts.
    public init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }
}
