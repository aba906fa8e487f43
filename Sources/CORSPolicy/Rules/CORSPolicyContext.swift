/// What a policy needs to know from outside while it is compiled; of all this it keeps `place` alone.
public struct CORSPolicyContext: Sendable {
    /// Returns the ASCII form (IDNA) of a host name with other letters, or nil where it has none.
    public var canonicalHost: @Sendable (String) -> String?
    /// Whether names directly below this lower-case domain belong to different owners.
    public var isPublicSuffix: @Sendable (String) -> Bool
    /// The origins under which the proxy itself is reached, as browsers write them.
    public var ownOrigins: [String]
    /// Whether the policy holds for the prefix form, where one origin serves every target.
    public var coversPrefixForm: Bool
    /// Host names under which the proxy serves the pages of other upstreams: no wildcard stands for them.
    public var foreignHosts: [String]
    /// Where the policy is configured.
    public var place: PolicyPlace

    /// Makes a context of its parts.
    public init(
        canonicalHost: @escaping @Sendable (String) -> String?,
        isPublicSuffix: @escaping @Sendable (String) -> Bool,
        ownOrigins: [String] = [],
        coversPrefixForm: Bool = false,
        foreignHosts: [String] = [],
        place: PolicyPlace = .global
    ) {
        self.canonicalHost = canonicalHost
        self.isPublicSuffix = isPublicSuffix
        self.ownOrigins = ownOrigins
        self.coversPrefixForm = coversPrefixForm
        self.foreignHosts = foreignHosts
        self.place = place
    }
}
