import Text

/// Why a browser will not go on after a preflight, although the origin is allowed.
public enum PreflightMismatch: Sendable, Hashable {
    /// This method is not allowed.
    case method(String)
    /// This header, in lower case, is not allowed.
    case header(String)
    /// `Access-Control-Request-Headers` is malformed or too long.
    case malformedHeaders

    /// A stable word for metrics.
    public var name: String {
        switch self {
        case .method: "preflight-method"
        case .header: "preflight-header"
        case .malformedHeaders: "preflight-malformed"
        }
    }

    /// The words that `name` can be.
    public static let names = ["preflight-method", "preflight-header", "preflight-malformed"]

    /// A sentence for the log.
    public var message: String {
        switch self {
        case .method(let method): "Method \(method.quoted) is not allowed."
        case .header(let name): "Header \(name.quoted) is not allowed."
        case .malformedHeaders: "Access-Control-Request-Headers is malformed or too long."
        }
    }
}
