/// What redirects change.
extension Combination {
    static let redirects = [
        Combination(name: "a redirect", answer: .redirect(to: "/{number}/end"), verdict: "allowed"),
        Combination(
            name: "a redirect without CORS",
            answer: Reply(302, "Location: /{number}/end"),
            verdict: "MissingAllowOriginHeader"
        ),
        Combination(
            name: "a redirect to an answer without CORS",
            answer: .redirect(to: "/{number}/end"),
            end: .silent,
            verdict: "MissingAllowOriginHeader"
        ),
        Combination(
            name: "a tainted origin is no longer the page's",
            answer: .redirect(to: "{other}/{number}/end"),
            verdict: "AllowOriginMismatch"
        ),
        Combination(
            name: "a tainted origin is null",
            answer: .redirect(to: "{other}/{number}/end"),
            end: Reply(200, "\(allowOrigin) null"),
            verdict: "allowed"
        ),
        Combination(
            name: "a redirect with a user name",
            answer: .redirect(to: "http://user:pass@{upstream-host}/{number}/end"),
            verdict: "RedirectContainsCredentials"
        ),
        Combination(
            name: "a redirect to another scheme",
            answer: .redirect(to: "ftp://a.example/"),
            verdict: "CorsDisabledScheme"
        ),
        Combination(
            name: "a redirect to a data URL",
            answer: .redirect(to: "data:,x"),
            verdict: "net::ERR_UNSAFE_REDIRECT"
        ),
        Combination(
            name: "a redirect to no URL",
            answer: .redirect(to: "http://[/"),
            verdict: "net::ERR_INVALID_REDIRECT"
        ),
        Combination(
            name: "redirects without end",
            answer: .redirect(to: "/{number}/end"),
            end: .redirect(to: "/{number}/end"),
            verdict: "net::ERR_TOO_MANY_REDIRECTS"
        ),
        Combination(
            name: "redirects are errors",
            redirect: "error",
            answer: .redirect(to: "/{number}/end"),
            verdict: "net::ERR_FAILED"
        ),
        Combination(
            name: "redirects are opaque",
            redirect: "manual",
            answer: .redirect(to: "/{number}/end"),
            verdict: "allowed"
        ),
        Combination(
            name: "a preflight for each hop",
            method: "PUT",
            preflight: .open("\(allowMethods) PUT"),
            answer: .redirect(307, to: "/{number}/end"),
            endPreflight: .silent,
            verdict: "PreflightMissingAllowOriginHeader"
        ),
        Combination(
            name: "Authorization stays behind at another origin",
            headers: ["Authorization: Bearer t"],
            preflight: .open("\(allowHeaders) authorization"),
            answer: .redirect(307, to: "{other}/{number}/end"),
            endPreflight: .silent,
            end: .star,
            verdict: "allowed"
        ),
        Combination(
            name: "a POST with JSON becomes a GET without",
            method: "POST",
            headers: ["Content-Type: application/json"],
            preflight: .open("\(allowHeaders) content-type"),
            answer: .redirect(to: "/{number}/end"),
            endPreflight: .silent,
            verdict: "allowed"
        ),
        Combination(
            name: "303 turns PUT into GET",
            method: "PUT",
            preflight: .open("\(allowMethods) PUT"),
            answer: .redirect(303, to: "/{number}/end"),
            endPreflight: .silent,
            verdict: "allowed"
        ),
    ]
}
