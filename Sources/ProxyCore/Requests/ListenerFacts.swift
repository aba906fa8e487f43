/// What requests have to know of where their connection was accepted; one object that all of them share.
public final class ListenerFacts: Sendable {
    /// By which browsers reach it: `http` or `https`.
    public let scheme: String
    /// The port that clients connect to.
    public let port: UInt16
    /// Host and port, for a request without Host.
    public let authority: String
    /// Whether only this machine reaches it.
    public let isLoopback: Bool

    /// Collects the facts of one listener.
    public init(scheme: String, port: UInt16, authority: String, isLoopback: Bool) {
        self.scheme = scheme
        self.port = port
        self.authority = authority
        self.isLoopback = isLoopback
    }
}
