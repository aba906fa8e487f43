import CORSPolicy

/// Which Origin upstreams are sent, with requests and with WebSocket handshakes.
///
/// Servers let a page open a WebSocket where its Origin is their own, since no CORS protects them. Where the policy
/// lists origins it has done that for them; where it lets every page in, their own check is the only one.
public struct OriginRule: Sendable, Equatable {
    /// With requests that ask for no WebSocket.
    public let forRequests: SentOrigin
    /// With WebSocket handshakes.
    public let forHandshakes: SentOrigin

    /// What is sent with one request.
    func sentOrigin(isHandshake: Bool) -> SentOrigin { isHandshake ? forHandshakes : forRequests }

    /// The rule where `configured` is said, or nothing.
    init(_ configured: SentOrigin?, policy: CORSPolicy) {
        forRequests = configured ?? .page
        forHandshakes = configured ?? (policy.allowsAnyOrigin ? .page : .target)
    }
}
