/// What a policy looks at in one request.
public struct CORSRequest: Sendable {
    /// The method as it came.
    public var method: String
    /// The value of the one Origin field, byte for byte; nil where there is none.
    public var origin: String?
    /// The value of `Access-Control-Request-Method`; nil where there is none.
    public var requestMethod: String?
    /// The values of the `Access-Control-Request-Headers` lines in wire order.
    public var requestHeaders: [String]
    /// Whether `Access-Control-Request-Private-Network: true` was sent.
    public var requestsPrivateNetwork: Bool
    /// The value of `Sec-Fetch-Site`; nil where there is none.
    public var secFetchSite: String?
    /// Whether a page of the proxy's own is asked for: those need no Origin and may be linked from anywhere.
    public var isOwnPage: Bool
    /// Whether Origin is the very origin that the request was sent to, so that none is crossed.
    public var isSameOrigin = false
    /// The origin in Referer, where it may stand for an absent Origin if it is allowed; nil where it may not.
    public var refererOrigin: String?

    /// Makes a request of its parts.
    public init(
        method: String,
        origin: String? = nil,
        requestMethod: String? = nil,
        requestHeaders: [String] = [],
        requestsPrivateNetwork: Bool = false,
        secFetchSite: String? = nil,
        isOwnPage: Bool = false
    ) {
        self.method = method
        self.origin = origin
        self.requestMethod = requestMethod
        self.requestHeaders = requestHeaders
        self.requestsPrivateNetwork = requestsPrivateNetwork
        self.secFetchSite = secFetchSite
        self.isOwnPage = isOwnPage
    }

    /// Whether this is a CORS-preflight request.
    ///
    /// - SeeAlso: Fetch §3.3.2.
    public var isPreflight: Bool {
        requestMethod != nil && origin != nil && method == "OPTIONS"
    }
}
