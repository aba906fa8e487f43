/// What Chromium writes to the console of the page.
enum ChromiumMessage {
    static func text(_ reason: BlockReason, _ request: BlockedRequest) -> String {
        switch reason {
        case .cors(let error, let parameter):
            // A redirect that is refused for its credentials counts as part of the request before it.
            let url =
                error == .corsDisabledScheme ? parameter : request.url.serialized
            let isRedirected = url != request.firstURL.serialized
            let detour = isRedirected ? " (redirected from '\(request.firstURL.serialized)')" : ""
            return "Access to fetch at '\(url)'\(detour) from origin '\(request.page.serialized)' has been "
                + "blocked by CORS policy: \(text(error, parameter))"
        case .network(let name):
            return "Failed to load resource: \(name)"
        case .mixedContent:
            return "Mixed Content: The page at '\(request.page.serialized)/' was loaded over HTTPS, but "
                + "requested an insecure resource '\(request.url.serialized)'. This request has been blocked; "
                + "the content must be served over HTTPS."
        case .forbiddenMethod(let method):
            return "TypeError: Failed to execute 'fetch' on 'Window': '\(method)' HTTP method is unsupported."
        case .webSocket(let failure):
            return failure.chromiumText(page: request.page, url: request.url)
        }
    }

    private static func text(_ error: CORSError, _ parameter: String) -> String {
        switch error {
        case .missingAllowOriginHeader:
            "No 'Access-Control-Allow-Origin' header is present on the requested resource."
        case .multipleAllowOriginValues:
            "The 'Access-Control-Allow-Origin' header contains multiple values '\(parameter)', but only one is "
                + "allowed. Have the server send the header with a valid value."
        case .invalidAllowOriginValue:
            "The 'Access-Control-Allow-Origin' header contains the invalid value '\(parameter)'. Have the "
                + "server send the header with a valid value."
        case .allowOriginMismatch:
            "The 'Access-Control-Allow-Origin' header has a value '\(parameter)' that is not equal to the "
                + "supplied origin. Have the server send the header with a valid value."
        case .wildcardOriginNotAllowed:
            "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard "
                + "'*' when the request's credentials mode is 'include'."
        case .invalidAllowCredentials:
            "The value of the 'Access-Control-Allow-Credentials' header in the response is '\(parameter)' "
                + "which must be 'true' when the request's credentials mode is 'include'."
        case .preflightInvalidStatus:
            "\(preflight) It does not have HTTP ok status."
        case .preflightDisallowedRedirect:
            "\(preflight) Redirect is not allowed for a preflight request."
        case .invalidAllowMethodsPreflightResponse:
            "Cannot parse Access-Control-Allow-Methods response header field in preflight response."
        case .invalidAllowHeadersPreflightResponse:
            "Cannot parse Access-Control-Allow-Headers response header field in preflight response."
        case .methodDisallowedByPreflightResponse:
            "Method \(parameter) is not allowed by Access-Control-Allow-Methods in preflight response."
        case .headerDisallowedByPreflightResponse:
            "Request header field \(parameter) is not allowed by Access-Control-Allow-Headers in preflight "
                + "response."
        case .redirectContainsCredentials:
            "Redirect location '\(parameter)' contains a username and password, which is disallowed for "
                + "cross-origin requests."
        case .corsDisabledScheme:
            "Cross origin requests are only supported for protocol schemes: chrome, "
                + "chrome-experimental-site-token-provider, chrome-extension, chrome-untrusted, data, http, "
                + "https, isolated-app."
        case .preflightMissingAllowOriginHeader, .preflightMultipleAllowOriginValues,
            .preflightInvalidAllowOriginValue, .preflightAllowOriginMismatch,
            .preflightWildcardOriginNotAllowed, .preflightInvalidAllowCredentials:
            "\(preflight) \(text(error.inResponse, parameter))"
        }
    }

    private static let preflight = "Response to preflight request doesn't pass access control check:"
}
