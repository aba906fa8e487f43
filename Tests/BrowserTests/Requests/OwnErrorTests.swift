import Testing

extension BrowserSuite {
    @Test(arguments: BrowserCases.ownErrors)
    func `an error of the proxy's own is readable by an allowed page`(_ test: BrowserCase) throws {
        try check(test)
    }
}

extension BrowserCases {
    /// An error that an allowed page reads; the target's path carries the upstream's URL, which the log is
    /// searched for.
    private static func error(
        _ name: String,
        through proxy: ProxyKind = .list,
        _ target: String,
        _ options: String = "{}",
        status: Int,
        _ code: String,
        preflight: [String] = [],
        method: String = "GET",
        upstream: [String] = []
    ) -> BrowserCase {
        BrowserCase(
            "own error: \(name)",
            through: proxy,
            "return ownError(fetch(\(target), \(options)))",
            gives: "\(status) \(code) \(code)",
            proxied: preflight + ["\(method) \(status) \(code)"],
            upstream: upstream
        )
    }

    static let ownErrors: [BrowserCase] = [
        error(
            "a scheme that is not asked",
            "proxy + 'ftp://host/' + direct('/a')",
            status: 400,
            "target-scheme"
        ),
        error("a slash that got lost", "proxy + 'http:/host/' + direct('/a')", status: 400, "target-slashes"),
        error("a user name", "proxy + 'http://u:p@host/' + direct('/a')", status: 400, "target-credentials"),
        error(
            "a port out of range",
            "proxy + 'http://host:65536/' + direct('/a')",
            status: 400,
            "target-port"
        ),
        error("a name without a scheme", "proxy + 'favicon.ico/' + direct('/a')", status: 404, "target-host"),
        error(
            "an address that is not public",
            "proxy + 'http://10.0.0.1/' + direct('/a')",
            status: 403,
            "private-address"
        ),
        error(
            "a target on the deny list",
            through: .narrow,
            "proxy + 'http://a.invalid/' + direct('/a')",
            status: 403,
            "target-denied"
        ),
        error(
            "a server that does not answer",
            "proxy + 'http://127.0.0.1:2/' + direct('/a')",
            status: 502,
            "upstream-connect"
        ),
        error(
            "a server that hangs up",
            "via('/a', {hangsUp: true})",
            status: 502,
            "upstream-closed",
            upstream: ["GET /a"]
        ),
        error("the proxy itself", "proxy + proxy + direct('/a')", status: 508, "loop-detected"),
        error(
            "a body over the limit",
            through: .narrow,
            "via('/a')",
            "{method: 'POST', body: 'x'.repeat(2000)}",
            status: 413,
            "body-too-large",
            method: "POST"
        ),
        error(
            "behind a preflight",
            "proxy + 'ftp://host/' + direct('/a')",
            "{method: 'PUT', headers: {'x-a': '1'}}",
            status: 400,
            "target-scheme",
            preflight: ["OPTIONS 204"],
            method: "PUT"
        ),
        error(
            "with credentials",
            through: .credentials,
            "proxy + 'ftp://host/' + direct('/a')",
            "{credentials: 'include'}",
            status: 400,
            "target-scheme"
        ),
    ]
}
