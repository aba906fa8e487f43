/// What Firefox writes to the console of the page: a name that its documentation explains, and a sentence.
public struct FirefoxMessage: Sendable, Hashable {
    /// Such as `CORSMissingAllowOrigin`; nil where Firefox has no name for it.
    public let name: String?
    /// The whole message.
    public let text: String

    init(_ reason: BlockReason, _ request: BlockedRequest, answer: WireAnswer?) {
        switch reason {
        case .cors(let error, let parameter):
            let (name, words, hasStatus) = Self.words(error, parameter, request, answer)
            self.name = name
            let status = hasStatus ? " Status code: \(answer.map { "\($0.status)" } ?? "(null)")." : ""
            text =
                "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at "
                + "\(request.url.serialized). (Reason: \(words)).\(status)"
        case .network:
            name = "CORSDidNotSucceed"
            text =
                "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at "
                + "\(request.url.serialized). (Reason: CORS request did not succeed). Status code: (null)."
        case .mixedContent:
            name = nil
            text = "Blocked loading mixed active content “\(request.url.serialized)”"
        case .forbiddenMethod(let method):
            name = nil
            text = "TypeError: Window.fetch: \(method) is not allowed as a request method."
        case .webSocket(let failure):
            name = nil
            text = failure.firefoxText(url: request.url)
        }
    }

    private static func words(
        _ error: CORSError,
        _ parameter: String,
        _ request: BlockedRequest,
        _ answer: WireAnswer?
    ) -> (name: String, words: String, hasStatus: Bool) {
        let allowOrigin = "CORS header ‘Access-Control-Allow-Origin’"
        switch error.inResponse {
        case .missingAllowOriginHeader:
            return ("CORSMissingAllowOrigin", "\(allowOrigin) missing", true)
        case .multipleAllowOriginValues
        where (answer?.lines(of: "Access-Control-Allow-Origin").count ?? 0) > 1:
            return ("CORSMultipleAllowOriginNotAllowed", "Multiple \(allowOrigin) not allowed", false)
        case .multipleAllowOriginValues, .invalidAllowOriginValue, .allowOriginMismatch:
            return ("CORSAllowOriginNotMatchingOrigin", "\(allowOrigin) does not match ‘\(parameter)’", false)
        case .wildcardOriginNotAllowed:
            return (
                "CORSNotSupportingCredentials", "Credential is not supported if the \(allowOrigin) is ‘*’",
                false
            )
        case .invalidAllowCredentials:
            return (
                "CORSMissingAllowCredentials",
                "expected ‘true’ in CORS header ‘Access-Control-Allow-Credentials’", false
            )
        case .preflightInvalidStatus:
            return ("CORSPreflightDidNotSucceed", "CORS preflight response did not succeed", true)
        case .preflightDisallowedRedirect:
            return ("CORSExternalRedirectNotAllowed", "CORS request external redirect not allowed", false)
        case .invalidAllowMethodsPreflightResponse:
            return (
                "CORSInvalidAllowMethod",
                "invalid token ‘\(parameter)’ in CORS header ‘Access-Control-Allow-Methods’", false
            )
        case .invalidAllowHeadersPreflightResponse:
            return (
                "CORSInvalidAllowHeader",
                "invalid token ‘\(parameter)’ in CORS header ‘Access-Control-Allow-Headers’", false
            )
        case .methodDisallowedByPreflightResponse:
            return (
                "CORSMethodNotFound", "Did not find method in CORS header ‘Access-Control-Allow-Methods’",
                false
            )
        case .headerDisallowedByPreflightResponse:
            return (
                "CORSMissingAllowHeaderFromPreflight",
                "header ‘\(parameter)’ is not allowed according to header ‘Access-Control-Allow-Headers’ from "
                    + "CORS preflight response", false
            )
        case .corsDisabledScheme:
            return ("CORSRequestNotHttp", "CORS request not http", false)
        default:
            return ("CORSDidNotSucceed", "CORS request did not succeed", true)
        }
    }
}
