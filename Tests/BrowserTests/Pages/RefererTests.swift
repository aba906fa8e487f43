import Testing

extension BrowserSuite {
    @Test(arguments: BrowserCases.embeddings)
    func `an allowed page shows what comes without Origin, and nobody else does`(_ test: BrowserCase) throws {
        try check(test)
    }
}

extension Page {
    fileprivate static let silent = Page.app.with("Referrer-Policy: no-referrer")
    fileprivate static let isolated = Page.app.with(
        "Cross-Origin-Embedder-Policy: require-corp",
        "Cross-Origin-Opener-Policy: same-origin"
    )
}

extension BrowserCases {
    private static let refused = ["GET 403 cross-site-denied"]

    /// In a frame of an opaque origin.
    private static let imageInSandbox = """
        return opaque({sandbox: "allow-scripts"}, `new Promise(resolve => {
          const image = new Image();
          image.onload = image.onerror = event => resolve(event.type);
          image.src = ${JSON.stringify(via("/a", svg))};
        })`)
        """

    static let embeddings: [BrowserCase] =
        shown + [
            BrowserCase(
                "referrer-policy/generic/inheritance/iframe-inheritance-srcdoc.html: an image in a sandboxed frame of a same-site page",
                from: .sibling,
                imageInSandbox,
                gives: "error",
                proxied: ["GET 403 origin-denied"],
                upstream: []
            ),
            BrowserCase(
                "referrer-policy/gen/top.http-rp/no-referrer/img-tag.http.html: an image of a page that does not tell where it is",
                from: .silent,
                "return loads('img', {src: via('/a', svg)})",
                gives: "error",
                proxied: refused,
                upstream: []
            ),
            BrowserCase(
                "fetch/metadata/generated/element-img.sub.html: an image of an allowed page where one may have credentials",
                through: .credentials,
                "return loads('img', {src: via('/a', svg)})",
                gives: "error",
                proxied: refused,
                upstream: []
            ),
            BrowserCase(
                "fetch/metadata/generated/form-submission.sub.html: a form of an allowed page tells its Origin",
                """
                const form = document.createElement("form");
                form.action = via("/a"); form.method = "post"; form.target = "answer";
                const frame = document.createElement("iframe"); frame.name = "answer";
                document.body.append(frame, form);
                const loaded = event(frame, "load");
                form.submit();
                return (await loaded).type
                """,
                gives: "load",
                proxied: ["POST 200"],
                upstream: ["POST /a"]
            ),
            BrowserCase(
                "content-security-policy/sandbox/csp-sbx.html: an image of a target's page, whose Referer is the proxy's",
                through: .defaults,
                """
                const body = `<img src="${via("/b", svg)}">`;
                return loads("iframe", {src: via("/a", {fields: ["Content-Type: text/html"], body})})
                """,
                gives: "load",
                proxied: ["GET 200", "GET 403 cross-site-denied"],
                upstream: ["GET /a"]
            ),
        ]

    /// What an allowed page may show.
    private static let shown: [BrowserCase] = [
        embedding("element-img.sub.html: an image", "return loads('img', {src: via('/a', svg)})"),
        embedding(
            "element-img.sub.html: an image of a same-site page",
            from: .sibling,
            "return loads('img', {src: via('/a', svg)})"
        ),
        embedding(
            "element-img.sub.html: an image in an isolated page",
            from: .isolated,
            "return loads('img', {src: via('/a', svg)})"
        ),
        embedding(
            "element-script.sub.html: a script",
            "return loads('script', {src: via('/a', {fields: ['Content-Type: text/javascript'], body: '1'})})"
        ),
        embedding(
            "element-link.sub.html: a style sheet",
            "return loads('link', {rel: 'stylesheet', href: via('/a', {fields: ['Content-Type: text/css']})})"
        ),
        embedding(
            "element-video.sub.html: a video",
            "return loads('video', {src: via('/a')})",
            gives: "error"
        ),
        embedding(
            "element-iframe.sub.html: a frame, sandboxed",
            "return loads('iframe', {src: via('/a', html())})",
            upstream: ["GET /a", "GET /still"]
        ),
        embedding(
            "element-a.sub.html: a download",
            """
            const link = document.createElement("a");
            link.href = via("/a", {fields: ["Content-Disposition: attachment; filename=a"]});
            document.body.append(link); link.click();
            return "clicked"
            """,
            gives: "clicked"
        ),
        embedding(
            "window-open.https.sub.html: a window",
            "return window.open(via('/a', html())) ? 'opened' : 'blocked'",
            gives: "opened",
            upstream: ["GET /a", "GET /still"]
        ),
    ]

    private static func embedding(
        _ name: String,
        from page: Page = .app,
        _ script: String,
        gives: String = "load",
        upstream: [String] = ["GET /a"]
    ) -> BrowserCase {
        BrowserCase(
            "fetch/metadata/generated/\(name) of an allowed page",
            from: page,
            script,
            gives: gives,
            proxied: ["GET 200"],
            upstream: upstream
        )
    }
}
