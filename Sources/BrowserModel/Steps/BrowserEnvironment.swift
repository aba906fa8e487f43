/// Where a Location field leads.
public enum RedirectTarget: Sendable, Hashable {
    /// To a URL, which may have come with a user name or a password.
    case url(RequestURL, hasCredentials: Bool)
    /// To a URL of another scheme than http and https, given here.
    case otherScheme(String)
    /// Nowhere: it is no URL.
    case invalid
}

/// What the algorithm needs of the world: somebody who answers, a URL parser, the public suffixes.
public struct BrowserEnvironment {
    /// Sends a request and returns the head of its answer, never following a redirect.
    public var ask: (WireRequest) throws(NetworkFailure) -> WireAnswer
    /// Resolves the value of a Location field against the URL that was asked.
    public var resolve: (_ location: String, _ base: RequestURL) -> RedirectTarget
    /// Whether names directly below this one belong to different owners.
    public var isPublicSuffix: (String) -> Bool

    /// Whether a proxy answers in the place of the server, so that the host asked is not the server's.
    public var isThroughProxy: Bool

    /// Makes an environment of its parts.
    public init(
        ask: @escaping (WireRequest) throws(NetworkFailure) -> WireAnswer,
        resolve: @escaping (_ location: String, _ base: RequestURL) -> RedirectTarget,
        isPublicSuffix: @escaping (String) -> Bool,
        isThroughProxy: Bool = false
    ) {
        self.ask = ask
        self.resolve = resolve
        self.isPublicSuffix = isPublicSuffix
        self.isThroughProxy = isThroughProxy
    }
}
