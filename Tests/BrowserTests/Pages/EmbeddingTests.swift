import Testing

extension BrowserSuite {
    @Test(arguments: BrowserCases.resourcePolicies)
    func `what may be shared can be embedded in isolated pages`(_ test: BrowserCase) throws {
        try check(test)
    }

}

extension Page {
    fileprivate static let isolated = Page.app.with(
        "Cross-Origin-Embedder-Policy: require-corp",
        "Cross-Origin-Opener-Policy: same-origin"
    )
    fileprivate static let credentialless = Page.app.with("Cross-Origin-Embedder-Policy: credentialless")
}

extension BrowserCases {
    static let resourcePolicies: [BrowserCase] = [
        BrowserCase(
            "control: an isolated page shows no image that says nothing",
            from: .isolated,
            "return loads('img', {src: direct('/a', svg)})",
            gives: "error",
            proxied: [],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "fetch/cross-origin-resource-policy/image-loads.html: an image in an isolated page",
            through: .any,
            from: .isolated,
            "return self.crossOriginIsolated + ' ' + await loads('img', {src: via('/a', svg)})",
            gives: "true load",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "html/cross-origin-embedder-policy/require-corp.https.html: an image with crossorigin",
            from: .isolated,
            "return loads('img', {crossorigin: '', src: via('/a', svg)})",
            gives: "load",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "fetch/cross-origin-resource-policy/script-loads.html: a script in an isolated page",
            through: .any,
            from: .isolated,
            "return loads('script', {src: via('/a', {fields: ['Content-Type: text/javascript'], body: '1'})})",
            gives: "load",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "html/cross-origin-embedder-policy/require-corp.https.html: fetch in an isolated page",
            from: .isolated,
            "return show(fetch(via('/a')))",
            gives: "200 ok",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "html/cross-origin-embedder-policy/credentialless/cors-or-credentialless/image.tentative.https.html: an image",
            through: .any,
            from: .credentialless,
            "return loads('img', {src: via('/a', svg)})",
            gives: "load",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "control: Cross-Origin-Resource-Policy same-origin blocks mode no-cors",
            "return (await fetch(direct('/a', {fields: ['Cross-Origin-Resource-Policy: same-origin']}), {mode: 'no-cors'})).type",
            gives: "TypeError",
            proxied: [],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "fetch/cross-origin-resource-policy/fetch.any.js: same-origin gives way where any origin may read",
            through: .any,
            "return (await fetch(via('/a', {fields: ['Cross-Origin-Resource-Policy: same-origin']}), {mode: 'no-cors'})).type",
            gives: "opaque",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "fetch/cross-origin-resource-policy/fetch.any.js: same-origin does not hinder mode cors",
            "return show(fetch(via('/a', {fields: ['Cross-Origin-Resource-Policy: same-origin']})))",
            gives: "200 ok",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "fetch/cross-origin-resource-policy/image-loads.html: same-site gives way for an image",
            through: .any,
            from: .isolated,
            """
            return loads("img", {src: via("/a", {...svg,
              fields: [...svg.fields, "Cross-Origin-Resource-Policy: same-site"]})})
            """,
            gives: "load",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
    ]
}
