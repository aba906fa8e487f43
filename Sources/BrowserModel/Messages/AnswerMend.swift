/// What an answer would have to say to pass the check that it fails.
struct AnswerMend {
    private let origin: String
    private let credentials: PageRequest.Credentials
    private let method: String
    private let fittingMethod: String?
    private let unsafeHeaders: [String]

    /// - Parameter fittingMethod: The spelling of the method that is allowed already.
    init(
        origin: String,
        credentials: PageRequest.Credentials,
        method: String,
        fittingMethod: String?,
        unsafeHeaders: [String]
    ) {
        self.origin = origin
        self.credentials = credentials
        self.method = method
        self.fittingMethod = fittingMethod
        self.unsafeHeaders = unsafeHeaders
    }

    /// Lines of a response head, or a sentence.
    func needed(for error: CORSError) -> [String] {
        switch error.inResponse {
        case .missingAllowOriginHeader, .multipleAllowOriginValues, .invalidAllowOriginValue,
            .allowOriginMismatch, .wildcardOriginNotAllowed:
            allowOrigin + (credentials == .include ? [Self.allowCredentials] : [])
        case .invalidAllowCredentials:
            [Self.allowCredentials]
        case .preflightInvalidStatus:
            ["HTTP/1.1 204 No Content, or any other status from 200 to 299"]
        case .preflightDisallowedRedirect:
            [
                "HTTP/1.1 204 No Content; or ask the redirect's target itself: often only https or a slash is missing"
            ]
        case .invalidAllowMethodsPreflightResponse, .methodDisallowedByPreflightResponse:
            [fittingMethod.map { "\($0) in the script" } ?? "Access-Control-Allow-Methods: \(method)"]
        case .invalidAllowHeadersPreflightResponse:
            ["Access-Control-Allow-Headers: \(unsafeHeaders.isEmpty ? "names between commas" : headerList)"]
        case .headerDisallowedByPreflightResponse:
            ["Access-Control-Allow-Headers: \(headerList)"]
        case .redirectContainsCredentials:
            ["Location: without a user name and a password"]
        case .corsDisabledScheme:
            ["Location: an http or https URL"]
        case .preflightMissingAllowOriginHeader, .preflightMultipleAllowOriginValues,
            .preflightInvalidAllowOriginValue, .preflightAllowOriginMismatch,
            .preflightWildcardOriginNotAllowed, .preflightInvalidAllowCredentials:
            []
        }
    }

    private var headerList: String { unsafeHeaders.joined(separator: ",") }

    private var allowOrigin: [String] {
        ["Access-Control-Allow-Origin: \(origin)", "Vary: Origin"]
    }

    private static let allowCredentials = "Access-Control-Allow-Credentials: true"

    /// The lines of an answer that are to blame, or what it lacks.
    static func seen(_ error: CORSError, in answer: WireAnswer) -> [String] {
        let name =
            switch error.inResponse {
            case .invalidAllowCredentials: "Access-Control-Allow-Credentials"
            case .invalidAllowMethodsPreflightResponse, .methodDisallowedByPreflightResponse:
                "Access-Control-Allow-Methods"
            case .invalidAllowHeadersPreflightResponse, .headerDisallowedByPreflightResponse:
                "Access-Control-Allow-Headers"
            case .redirectContainsCredentials, .corsDisabledScheme, .preflightDisallowedRedirect: "Location"
            default: "Access-Control-Allow-Origin"
            }
        if error == .preflightInvalidStatus { return ["HTTP/1.1 \(answer.statusText)"] }
        let lines = answer.lines(of: name)
        return lines.isEmpty ? ["no \(name) (status \(answer.statusText))"] : lines
    }
}
