/// Answers to preflights, and the headers that need one.
extension Combination {
    static let preflights = [
        Combination(
            name: "a preflight without CORS",
            method: "PUT",
            verdict: "PreflightMissingAllowOriginHeader"
        ),
        Combination(
            name: "a preflight with another origin",
            method: "PUT",
            preflight: Reply(200, "\(allowOrigin) https://other.example"),
            verdict: "PreflightAllowOriginMismatch"
        ),
        Combination(
            name: "a preflight with two origins",
            method: "PUT",
            preflight: Reply(200, "\(allowOrigin) {page}", "\(allowOrigin) {page}"),
            verdict: "PreflightMultipleAllowOriginValues"
        ),
        Combination(
            name: "a preflight with a bad origin",
            method: "PUT",
            preflight: Reply(200, "\(allowOrigin) everybody"),
            verdict: "PreflightInvalidAllowOriginValue"
        ),
        Combination(
            name: "a preflight with status 405",
            method: "PUT",
            preflight: Reply(405, "\(allowOrigin) {page}", "\(allowMethods) PUT"),
            verdict: "PreflightInvalidStatus"
        ),
        Combination(
            name: "a preflight with status 404 and no CORS",
            method: "PUT",
            preflight: Reply(404),
            verdict: "PreflightMissingAllowOriginHeader"
        ),
        Combination(
            name: "a preflight that redirects",
            method: "PUT",
            preflight: .redirect(to: "/x"),
            verdict: "PreflightDisallowedRedirect"
        ),
        Combination(
            name: "a preflight with a redirect's status and no Location",
            method: "PUT",
            preflight: Reply(302, "\(allowOrigin) {page}", "\(allowMethods) PUT"),
            verdict: "PreflightInvalidStatus"
        ),
        Combination(
            name: "a preflight that grants, an answer that does not",
            method: "PUT",
            preflight: .open("\(allowMethods) PUT"),
            answer: .silent,
            verdict: "MissingAllowOriginHeader"
        ),
        Combination(
            name: "a granted PUT",
            method: "put",
            preflight: Reply(204, "\(allowOrigin) {page}", "\(allowMethods) PUT"),
            verdict: "allowed"
        ),
        Combination(
            name: "a plain OPTIONS needs a preflight too",
            method: "OPTIONS",
            verdict: "PreflightMissingAllowOriginHeader"
        ),
        Combination(name: "a forbidden method", method: "TRACE", verdict: "TypeError"),
    ]

    static let lists = [
        Combination(
            name: "a star for methods",
            method: "PURGE",
            preflight: .open("\(allowMethods) *"),
            verdict: "allowed"
        ),
        Combination(
            name: "another method",
            method: "PUT",
            preflight: .open("\(allowMethods) DELETE, put"),
            verdict: "MethodDisallowedByPreflightResponse"
        ),
        Combination(
            name: "patch is not PATCH",
            method: "patch",
            preflight: .open("\(allowMethods) PATCH"),
            verdict: "MethodDisallowedByPreflightResponse"
        ),
        Combination(
            name: "a list of methods with a bad one",
            method: "PUT",
            preflight: .open("\(allowMethods) PUT, B AD"),
            verdict: "InvalidAllowMethodsPreflightResponse"
        ),
        Combination(
            name: "a list of methods with an empty element",
            method: "PUT",
            preflight: .open("\(allowMethods) ,PUT,,"),
            verdict: "allowed"
        ),
        Combination(
            name: "a list of methods in two lines",
            method: "PUT",
            preflight: .open("\(allowMethods) DELETE", "\(allowMethods) PUT"),
            verdict: "allowed"
        ),
        Combination(
            name: "a header in another case",
            headers: ["X-A: 1"],
            preflight: .open("\(allowHeaders) x-b, X-a"),
            verdict: "allowed"
        ),
        Combination(
            name: "a header that is not listed",
            headers: ["X-B: 1", "X-A: 2"],
            preflight: .open("\(allowHeaders) x-a"),
            verdict: "HeaderDisallowedByPreflightResponse"
        ),
        Combination(
            name: "a list of headers with a bad one",
            headers: ["X-A: 1"],
            preflight: .open("\(allowHeaders) x-a, b@d"),
            verdict: "InvalidAllowHeadersPreflightResponse"
        ),
        Combination(
            name: "Authorization by name",
            headers: ["Authorization: Bearer t"],
            preflight: .open("\(allowHeaders) authorization"),
            verdict: "allowed"
        ),
        Combination(
            name: "Authorization by a star",
            headers: ["Authorization: Bearer t"],
            preflight: .open("\(allowHeaders) *"),
            verdict: "allowed"
        ),
        Combination(
            name: "the method before the header",
            method: "PUT",
            headers: ["X-A: 1"],
            preflight: .open(),
            verdict: "MethodDisallowedByPreflightResponse"
        ),
    ]

    /// Each is allowed only where no preflight is sent, since none would pass.
    static let safelist: [Combination] = [
        ("Content-Type: text/plain;charset=utf-8", true), ("Content-Type: application/json", false),
        ("Content-Type: text/plain; a=(", false),
        ("Accept: \(String(repeating: "a", count: 128))", true),
        ("Accept: \(String(repeating: "a", count: 129))", false),
        ("Accept: a:b", false), ("Accept-Language: de, en;q=0.5", true), ("Accept-Language: en_US", false),
        ("Range: bytes=0-99", true), ("Range: bytes=5-", true), ("Range: bytes=-5", false),
        ("Range: bytes=0-1,3-4", false), ("Range: bytes=9-5", false),
        ("Save-Data: on", true), ("Save-Data: off", false), ("DPR: 2", true), ("DPR: two", false),
        ("ECT: 4g", true), ("User-Agent: me", true), ("Cookie: a=b", true), ("Sec-Purpose: prefetch", true),
        ("X-HTTP-Method-Override: TRACE", true), ("X-HTTP-Method-Override: PUT", false), ("X-A:", false),
    ].map { header, isAllowed in
        Combination(
            name: header,
            method: "POST",
            headers: [header],
            verdict: isAllowed ? "allowed" : "PreflightMissingAllowOriginHeader"
        )
    }

    /// None of these values is too long, but all nine together are.
    static let sum = [
        Combination(
            name: "safelisted values of 1,152 bytes in sum",
            headers: ["Accept", "Accept-Language", "Content-Language"].map {
                "\($0): \(String(repeating: "a", count: 128))"
            }
                + ["DPR", "Width", "Viewport-Width", "RTT", "Downlink", "Device-Memory"].map {
                    "\($0): \(String(repeating: "0", count: 127))1"
                },
            verdict: "PreflightMissingAllowOriginHeader"
        )
    ]
}
