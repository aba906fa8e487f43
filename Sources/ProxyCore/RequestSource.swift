/// Where a request comes from, as far as its connection tells.
public struct RequestSource: Sendable {
    /// By which browsers reach the listener: `http` or `https`.
    public let scheme: String
    /// Whether the peer is a server in front whose X-Forwarded fields are believed.
    public let isTrusted: Bool
    /// Whether a server in front that is not trusted relays the request.
    public let isStranger: Bool

    /// Makes a source of its parts.
    public init(scheme: String, isTrusted: Bool = false, isStranger: Bool = false) {
        self.scheme = scheme
        self.isTrusted = isTrusted
        self.isStranger = isStranger
    }
}
