/// Where a request comes from, as far as its connection tells.
public struct RequestSource: Sendable {
    /// By which browsers reach the listener: `http` or `https`.
    public let scheme: String
    /// Whether the peer is a server in front whose X-Forwarded fields are believed.
    public let isTrusted: Bool
    /// What its way here says about who asks.
    public let standing: ClientStanding

    /// Makes a source of its parts.
    public init(scheme: String, isTrusted: Bool = false, standing: ClientStanding = .local) {
        self.scheme = scheme
        self.isTrusted = isTrusted
        self.standing = standing
    }
}
