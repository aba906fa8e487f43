import IPAddresses

/// The checks of values that this module leaves to others: each is a plain function.
public struct Validators: Sendable {
    /// Gives the canonical form of a host name (lower case, punycode); nil where it is no host name.
    public var canonicalHost: @Sendable (String) -> String?
    /// Tells whether a canonical name is a public suffix, such as `co.uk`.
    public var isPublicSuffix: @Sendable (String) -> Bool
    /// Says what is wrong with a target pattern of `prefix.targets`; nil where nothing is.
    public var targetPatternFault: @Sendable (String) -> Fault?
    /// Says what is wrong with the URL of a route's target; nil where nothing is.
    public var targetFault: @Sendable (String) -> Fault?
    /// Tells whether listening on a host reaches this machine only.
    public var isLoopbackHost: @Sendable (String) -> Bool

    /// Makes validators; those left out are lenient, but for loopback, which is known without them.
    public init(
        canonicalHost: @escaping @Sendable (String) -> String? = { _ in nil },
        isPublicSuffix: @escaping @Sendable (String) -> Bool = { _ in false },
        targetPatternFault: @escaping @Sendable (String) -> Fault? = { _ in nil },
        targetFault: @escaping @Sendable (String) -> Fault? = { _ in nil },
        isLoopbackHost: @escaping @Sendable (String) -> Bool = Validators.isLoopback
    ) {
        self.canonicalHost = canonicalHost
        self.isPublicSuffix = isPublicSuffix
        self.targetPatternFault = targetPatternFault
        self.targetFault = targetFault
        self.isLoopbackHost = isLoopbackHost
    }

    /// Whether a host is a loopback address, `localhost` or a name below it (RFC 6761 §6.3).
    public static let isLoopback: @Sendable (String) -> Bool = { host in
        if let address = IPAddress(host) { return address.isLoopback }
        let name = host.lowercased()
        return name == "localhost" || name.hasSuffix(".localhost")
    }
}
