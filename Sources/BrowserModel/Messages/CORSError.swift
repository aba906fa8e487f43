/// Chromium's names for what CORS forbids, as its DevTools show them in `corsErrorStatus.corsError`.
///
/// - SeeAlso: Chrome DevTools Protocol, Network.CorsError.
public enum CORSError: String, Sendable, Hashable, CaseIterable {
    case missingAllowOriginHeader = "MissingAllowOriginHeader"
    case multipleAllowOriginValues = "MultipleAllowOriginValues"
    case invalidAllowOriginValue = "InvalidAllowOriginValue"
    case allowOriginMismatch = "AllowOriginMismatch"
    case wildcardOriginNotAllowed = "WildcardOriginNotAllowed"
    case invalidAllowCredentials = "InvalidAllowCredentials"
    case preflightMissingAllowOriginHeader = "PreflightMissingAllowOriginHeader"
    case preflightMultipleAllowOriginValues = "PreflightMultipleAllowOriginValues"
    case preflightInvalidAllowOriginValue = "PreflightInvalidAllowOriginValue"
    case preflightAllowOriginMismatch = "PreflightAllowOriginMismatch"
    case preflightWildcardOriginNotAllowed = "PreflightWildcardOriginNotAllowed"
    case preflightInvalidAllowCredentials = "PreflightInvalidAllowCredentials"
    case preflightInvalidStatus = "PreflightInvalidStatus"
    case preflightDisallowedRedirect = "PreflightDisallowedRedirect"
    case invalidAllowMethodsPreflightResponse = "InvalidAllowMethodsPreflightResponse"
    case invalidAllowHeadersPreflightResponse = "InvalidAllowHeadersPreflightResponse"
    case methodDisallowedByPreflightResponse = "MethodDisallowedByPreflightResponse"
    case headerDisallowedByPreflightResponse = "HeaderDisallowedByPreflightResponse"
    case redirectContainsCredentials = "RedirectContainsCredentials"
    case corsDisabledScheme = "CorsDisabledScheme"

    /// The name of the same fault in the answer to a preflight.
    var inPreflight: CORSError {
        switch self {
        case .missingAllowOriginHeader: .preflightMissingAllowOriginHeader
        case .multipleAllowOriginValues: .preflightMultipleAllowOriginValues
        case .invalidAllowOriginValue: .preflightInvalidAllowOriginValue
        case .allowOriginMismatch: .preflightAllowOriginMismatch
        case .wildcardOriginNotAllowed: .preflightWildcardOriginNotAllowed
        case .invalidAllowCredentials: .preflightInvalidAllowCredentials
        default: self
        }
    }

    /// The name of the same fault in the answer to an actual request.
    var inResponse: CORSError { CORSError.allCases.first { $0 != self && $0.inPreflight == self } ?? self }
}
