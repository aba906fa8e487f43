import Text

/// Why a request is not forwarded.
public enum CORSRefusal: Sendable, Hashable {
    /// No pattern of `allowedOrigins` matches this origin.
    case originDenied(String)
    /// A pattern of `deniedOrigins` matches this origin.
    case originOnDenyList(String)
    /// The request has no Origin, and `requireOrigin` asks for one.
    case originRequired
    /// The request has no Origin, yet its `Sec-Fetch-Site`, given here, says that another site's page made it.
    case crossSite(String)
    /// This method is forbidden in every policy: CONNECT, TRACE, TRACK.
    case methodForbidden(String)
    /// The list of methods does not have this one.
    case methodDenied(String)

    /// The status of the answer: 403, or 405 for methods.
    public var status: Int {
        switch self {
        case .originDenied, .originOnDenyList, .originRequired, .crossSite: 403
        case .methodForbidden, .methodDenied: 405
        }
    }

    /// A stable word for logs.
    public var name: String {
        switch self {
        case .originDenied: "origin-denied"
        case .originOnDenyList: "origin-on-deny-list"
        case .originRequired: "origin-required"
        case .crossSite: "cross-site"
        case .methodForbidden: "method-forbidden"
        case .methodDenied: "method-denied"
        }
    }

    /// The words that `name` can be.
    public static let names = [
        "origin-denied", "origin-on-deny-list", "origin-required", "cross-site", "method-forbidden",
        "method-denied",
    ]

    /// What happened, as a sentence.
    public var message: String {
        switch self {
        case .originDenied(let origin): "Origin \(origin.quoted) is not allowed."
        case .originOnDenyList(let origin): "Origin \(origin.quoted) is denied."
        case .originRequired: "The request has no Origin."
        case .crossSite(let site): "The request has no Origin, but Sec-Fetch-Site is \(site.quoted)."
        case .methodForbidden(let method): "Method \(method.quoted) is never forwarded."
        case .methodDenied(let method): "Method \(method.quoted) is not allowed."
        }
    }
}
