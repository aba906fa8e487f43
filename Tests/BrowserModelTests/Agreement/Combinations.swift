extension Combination {
    static let allowMethods = "Access-Control-Allow-Methods:"
    static let allowHeaders = "Access-Control-Allow-Headers:"
    static let allowOrigin = "Access-Control-Allow-Origin:"
    static let allowCredentials = "Access-Control-Allow-Credentials: true"

    /// At least 40, of which at least 15 are blocked for 10 different reasons.
    static let all = checks + credentials + preflights + lists + safelist + sum + redirects + heads

    /// The CORS check of a simple request.
    static let checks = [
        Combination(name: "no field", answer: .silent, verdict: "MissingAllowOriginHeader"),
        Combination(name: "the origin", verdict: "allowed"),
        Combination(name: "a star", answer: .star, verdict: "allowed"),
        Combination(
            name: "another origin",
            answer: Reply(200, "\(allowOrigin) https://other.example"),
            verdict: "AllowOriginMismatch"
        ),
        Combination(
            name: "a trailing slash",
            answer: Reply(200, "\(allowOrigin) {page}/"),
            verdict: "AllowOriginMismatch"
        ),
        Combination(
            name: "a wildcard host",
            answer: Reply(200, "\(allowOrigin) https://*.example"),
            verdict: "AllowOriginMismatch"
        ),
        Combination(
            name: "null for an origin that is not",
            answer: Reply(200, "\(allowOrigin) null"),
            verdict: "AllowOriginMismatch"
        ),
        Combination(
            name: "a host without a scheme",
            answer: Reply(200, "\(allowOrigin) app.example"),
            verdict: "InvalidAllowOriginValue"
        ),
        Combination(
            name: "an empty value",
            answer: Reply(200, "\(allowOrigin)"),
            verdict: "InvalidAllowOriginValue"
        ),
        Combination(
            name: "a star twice",
            answer: Reply(200, "\(allowOrigin) *", "\(allowOrigin) *"),
            verdict: "MultipleAllowOriginValues"
        ),
        Combination(
            name: "two origins in one line",
            answer: Reply(200, "\(allowOrigin) {page}, https://other.example"),
            verdict: "MultipleAllowOriginValues"
        ),
        Combination(name: "status 500", answer: Reply(500, "\(allowOrigin) {page}"), verdict: "allowed"),
        Combination(
            name: "an opaque page and null",
            isOpaquePage: true,
            answer: Reply(200, "\(allowOrigin) null"),
            verdict: "allowed"
        ),
        Combination(
            name: "an opaque page and another origin",
            isOpaquePage: true,
            answer: Reply(200, "\(allowOrigin) https://app.example"),
            verdict: "AllowOriginMismatch"
        ),
        Combination(
            name: "exposed names",
            answer: .open("X-A: 1", "X-B: 2", "ETag: \"1\"", "Access-Control-Expose-Headers: x-a, etag"),
            verdict: "allowed"
        ),
        Combination(
            name: "exposed names with a bad one",
            answer: .open("X-A: 1", "Access-Control-Expose-Headers: x-a, b ad"),
            verdict: "allowed"
        ),
        Combination(
            name: "all names exposed",
            answer: .open("X-A: 1", "Set-Cookie: a=b", "Access-Control-Expose-Headers: *"),
            verdict: "allowed"
        ),
    ]

    static let credentials = [
        Combination(
            name: "credentials granted",
            credentials: true,
            answer: .open(allowCredentials),
            verdict: "allowed"
        ),
        Combination(name: "credentials not granted", credentials: true, verdict: "InvalidAllowCredentials"),
        Combination(
            name: "credentials granted in capitals",
            credentials: true,
            answer: .open("Access-Control-Allow-Credentials: TRUE"),
            verdict: "InvalidAllowCredentials"
        ),
        Combination(
            name: "credentials and a star",
            credentials: true,
            answer: Reply(200, "\(allowOrigin) *", allowCredentials),
            verdict: "WildcardOriginNotAllowed"
        ),
        Combination(
            name: "credentials and a star in the preflight",
            method: "PUT",
            credentials: true,
            preflight: Reply(200, "\(allowOrigin) *", allowCredentials, "\(allowMethods) PUT"),
            verdict: "PreflightWildcardOriginNotAllowed"
        ),
        Combination(
            name: "credentials not granted in the preflight",
            method: "PUT",
            credentials: true,
            preflight: .open("\(allowMethods) PUT"),
            verdict: "PreflightInvalidAllowCredentials"
        ),
        Combination(
            name: "credentials and a star for methods",
            method: "PUT",
            credentials: true,
            preflight: .open(allowCredentials, "\(allowMethods) *"),
            verdict: "MethodDisallowedByPreflightResponse"
        ),
        Combination(
            name: "credentials and a star for headers",
            headers: ["X-A: 1"],
            credentials: true,
            preflight: .open(allowCredentials, "\(allowHeaders) *"),
            verdict: "HeaderDisallowedByPreflightResponse"
        ),
        Combination(
            name: "credentials and a star for exposed names",
            credentials: true,
            answer: .open(allowCredentials, "X-A: 1", "Access-Control-Expose-Headers: *"),
            verdict: "allowed"
        ),
    ]
}
