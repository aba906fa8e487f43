/// The `cors` object of the configuration as plain values, nothing checked yet.
///
/// Wherever a list may be "all of them", `["*"]` says so.
public struct CORSConfiguration: Sendable, Equatable {
    /// Patterns of the origins whose pages may read responses.
    public var allowedOrigins: [String] = [
        "http://localhost:*", "https://localhost:*",
        "http://127.0.0.1:*", "https://127.0.0.1:*",
        "http://[::1]:*", "https://[::1]:*",
        "http://*.localhost:*",
    ]
    /// Patterns of origins that are refused even where `allowedOrigins` has them.
    public var deniedOrigins: [String] = []
    /// Whether the opaque origin `null` is allowed: sandboxed frames, `file:` and `data:` pages.
    public var allowNullOrigin = false
    /// Methods that may be used, beside the safelisted GET, HEAD and POST.
    public var allowedMethods: [String] = ["*"]
    /// Request header names that a page may set; `*` never covers `Authorization`.
    public var allowedHeaders: [String] = ["*", "Authorization"]
    /// Response header names that a page may read.
    public var exposedHeaders: [String] = ["*"]
    /// Whether requests may carry cookies and other credentials of the browser.
    public var allowCredentials = false
    /// How long a browser may keep a preflight's answer, in seconds; 0 or -1: not at all.
    public var maxAge = 7200
    /// Whether `Access-Control-Request-Private-Network` of older Chromium versions is granted.
    public var allowPrivateNetwork = false
    /// Whether `Timing-Allow-Origin` is sent with the value of `Access-Control-Allow-Origin`.
    public var timingAllowOrigin = false
    /// The status of a preflight's answer: 204, or 200 for old clients.
    public var preflightStatus = 204
    /// Whether a request without an Origin field is refused.
    public var requireOrigin = false
    /// Accepts `http:` origins together with credentials, and with secrets that the proxy adds to requests.
    public var dangerouslyAllowInsecureOrigins = false
    /// Accepts the subdomains of a public suffix together with credentials, and with such secrets.
    public var dangerouslyAllowPublicSuffixes = false
    /// Accepts secrets that the proxy adds to requests of any origin; the policy itself does not look at it.
    public var dangerouslyAllowAnyOrigin = false

    /// Makes the configuration of a local development proxy: loopback origins, everything else open.
    public init() {}
}
