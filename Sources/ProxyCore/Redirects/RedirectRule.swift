import HTTPSyntax
import HTTPTypes

/// What becomes of a request when a redirect is followed.
///
/// - SeeAlso: Fetch §4.4, HTTP-redirect fetch, steps 12 and 13.
public struct RedirectRule: Sendable, Hashable {
    /// What is sent in the body's place.
    public enum Body: Sendable, Hashable {
        /// The same bytes again, where there were any; what was not kept cannot be sent again.
        case replayed
        /// None.
        case dropped
    }

    /// The method of the next request.
    public let method: HTTPRequest.Method
    /// The body of the next request.
    public let body: Body
    /// Whether the next request goes to another scheme, host or port: secrets stay behind.
    public let crossesOrigins: Bool

    /// The fields that describe a body and go with it.
    ///
    /// - SeeAlso: Fetch §2.2.2, request-body-header name.
    public static let bodyFieldNames = [
        "Content-Encoding", "Content-Language", "Content-Location", "Content-Type",
    ]

    /// Decides for one redirect.
    ///
    /// - Parameters:
    ///   - status: The response's status; unless it is one of 301, 302, 303, 307 and 308, the result is nil.
    ///   - method: The method of the request that was answered so.
    ///   - origin: Where that request went.
    ///   - next: Where Location points.
    public init?(
        status: Int,
        method: HTTPRequest.Method,
        from origin: TargetOrigin,
        to next: TargetOrigin
    ) {
        guard Self.isRedirect(status) else { return nil }
        let becomesGet =
            switch status {
            case 301, 302: method == .post
            case 303: method != .get && method != .head
            default: false
            }
        self.method = becomesGet ? .get : method
        body = becomesGet ? .dropped : .replayed
        crossesOrigins = origin != next
    }

    /// Whether a response with this status is a redirect.
    ///
    /// - SeeAlso: Fetch §2.2.3, redirect status.
    public static func isRedirect(_ status: Int) -> Bool {
        switch status {
        case 301, 302, 303, 307, 308: true
        default: false
        }
    }

    /// Whether a field that the client has sent must not be in the next request.
    ///
    /// With the body go the fields that describe it; at another origin `Authorization` and `Cookie` go.
    ///
    /// - Parameter name: The field's name, in any case.
    public func drops(fieldNamed name: some StringProtocol) -> Bool {
        switch name.lowercased() {
        case "content-encoding", "content-language", "content-location", "content-type", "content-length":
            return body == .dropped
        case "authorization", "cookie", "cookie2", "proxy-authorization":
            return crossesOrigins
        default:
            return false
        }
    }
}
