/// Why a page does not get the response.
public enum BlockReason: Sendable, Hashable {
    /// CORS forbids it; the parameter is what the message quotes.
    case cors(CORSError, parameter: String)
    /// No response came, or none that is allowed at all: one of Chromium's `net::ERR_…` names.
    case network(String)
    /// A page loaded over HTTPS may not ask over HTTP.
    case mixedContent
    /// `fetch()` throws for this method.
    case forbiddenMethod(String)
    /// There is no WebSocket.
    case webSocket(WebSocketFailure)

    /// Chromium's name for it; what keeps a WebSocket from opening has names of ours.
    public var name: String {
        switch self {
        case .cors(let error, _): error.rawValue
        case .network(let name): name
        case .mixedContent: "mixed-content"
        case .forbiddenMethod: "TypeError"
        case .webSocket(let failure): failure.name
        }
    }

    /// Whether a page loaded over HTTPS has asked for what is not.
    public var isMixedContent: Bool { self == .mixedContent || self == .webSocket(.mixedContent) }
}

/// The request at the time when it was blocked, as messages name it.
public struct BlockedRequest: Sendable, Hashable {
    /// The page's own origin.
    let page: PageOrigin
    /// The Origin that was sent: `null` where redirects have tainted it.
    let origin: String
    /// What was asked last.
    let url: RequestURL
    /// What the script asked for.
    let firstURL: RequestURL
}
