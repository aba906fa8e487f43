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

    /// Whether nothing is said of it.
    private let isDefault: Bool

    /// What is sent with one request.
    ///
    /// - Parameter origin: The page's, as the request says it.
    func sentOrigin(isHandshake: Bool, from origin: String?) -> SentOrigin {
        guard isHandshake else { return forRequests }
        // Every site can take on the origin null: a policy that lets it in has checked nobody.
        return isDefault && origin == "null" ? .page : forHandshakes
    }

    /// The rule where `configured` is said, or nothing.
    init(_ configured: SentOrigin?, policy: CORSPolicy) {
        isDefault = configured == nil
        forRequests = configured ?? .page
        forHandshakes = configured ?? (policy.allowsAnyOrigin ? .page : .target)
    }
}
