/// How many requests are let through: a bucket of tokens for each client.
public struct RateSettings: Sendable, Equatable {
    /// What tells clients apart.
    public enum Key: String, Sendable, CaseIterable {
        /// The address; of IPv6 its /64.
        case ip
        /// The value of Origin.
        case origin
        /// The X-Proxy-Key that was accepted.
        case clientKey
    }

    /// A host that is never limited, by the rules of CORSANYWHERE_RATELIMIT.
    public enum ExemptHost: Sendable, Equatable {
        /// The host itself.
        case literal(String)
        /// A regular expression for the whole host; it compiles.
        case expression(String)
    }

    /// The tokens that are added in each period; 0 lets the exempt ones through only.
    public var requests = 100
    /// The period.
    public var per = Duration.seconds(60)
    /// The tokens that a bucket holds, and so how many requests may come at once; 0 stands for `requests`.
    public var burst = 0
    /// What tells clients apart.
    public var key = Key.ip
    /// Patterns of origins that are never limited.
    public var exempt: [String] = []
    /// Hosts whose origins are never limited: the host of Origin with its port, as a whole, in any case.
    public var exemptHosts: [ExemptHost] = []
}
