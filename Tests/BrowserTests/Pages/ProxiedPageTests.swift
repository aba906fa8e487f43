import Testing

extension BrowserSuite {
    @Test(arguments: BrowserCases.proxiedPages)
    func `a target's page never runs as the proxy's origin`(_ test: BrowserCase) throws { try check(test) }

    @Test(arguments: BrowserCases.helpPage)
    func `the help page works`(_ test: BrowserCase) throws { try check(test) }
}

extension Page {
    /// A page of the proxy's own origin, without a policy for its content.
    fileprivate static let proxyOrigin = Page(host: "proxy.localhost", server: .proxy, path: "/iscorsneeded")
}

extension BrowserCases {
    static let proxiedPages: [BrowserCase] = [
        BrowserCase(
            "control: a page that the browser asks for itself runs its script",
            "return loads('iframe', {src: direct('/a', html())})",
            gives: "load",
            proxied: [],
            upstream: ["GET /a", "GET /ran"]
        ),
        BrowserCase(
            "content-security-policy/sandbox/csp-sbx.html: a frame",
            through: .any,
            "return loads('iframe', {src: via('/a', html())})",
            gives: "load",
            proxied: ["GET 200"],
            upstream: ["GET /a", "GET /still"]
        ),
        BrowserCase(
            "content-security-policy/sandbox/csp-sbx.html: a window",
            through: .any,
            "return window.open(via('/a', html())) ? 'opened' : 'blocked'",
            gives: "opened",
            proxied: ["GET 200"],
            upstream: ["GET /a", "GET /still"]
        ),
        BrowserCase(
            "content-security-policy/sandbox/csp-sbx.html: an object",
            through: .any,
            "return loads('object', {type: 'text/html', data: via('/a', html())})",
            gives: "load",
            proxied: ["GET 200"],
            upstream: ["GET /a", "GET /still"]
        ),
        BrowserCase(
            "content-security-policy/sandbox/csp-sbx-as-aso.html: the target's own policy takes nothing back",
            through: .any,
            """
            const policy = "Content-Security-Policy: sandbox allow-scripts allow-same-origin";
            return loads("iframe", {src: via("/a", html(policy))})
            """,
            gives: "load",
            proxied: ["GET 200"],
            upstream: ["GET /a", "GET /still"]
        ),
        BrowserCase(
            "content-security-policy/sandbox/csp-sbx.html: a page that a redirect led to",
            through: .any,
            "return loads('iframe', {src: via('/a', redirect(302, direct('/b', html())))})",
            gives: "load",
            proxied: ["GET 200"],
            upstream: ["GET /a", "GET /b", "GET /still"]
        ),
        BrowserCase(
            "content-security-policy/sandbox/csp-sbx.html: an error page of the target",
            through: .any,
            "return loads('iframe', {src: via('/a', {...html(), status: 404})})",
            gives: "load",
            proxied: ["GET 404"],
            upstream: ["GET /a", "GET /still"]
        ),
        BrowserCase(
            "content-security-policy/sandbox/csp-sbx.html: an SVG document",
            through: .any,
            """
            const body = `<svg xmlns="http://www.w3.org/2000/svg"><script>new Image().src = "${upstream}/ran"</script>`
              + `<image href="${upstream}/still" width="1" height="1"/></svg>`;
            return loads("iframe", {src: via("/a", {fields: ["Content-Type: image/svg+xml"], body})})
            """,
            gives: "load",
            proxied: ["GET 200"],
            upstream: ["GET /a", "GET /still"]
        ),
        BrowserCase(
            "fetch/nosniff/parsing-nosniff.window.js: an answer without a type does not become a page",
            through: .any,
            "return loads('iframe', {src: via('/a', {...html(), fields: ['Content-Type: ']})})",
            gives: "load",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "service-workers/service-worker/registration-script.https.html: no target becomes a service worker",
            through: .any,
            from: .proxyOrigin,
            """
            const address = via("/a", {fields: ["Content-Type: text/javascript", "Service-Worker-Allowed: /"]});
            return (await navigator.serviceWorker.register(address, {scope: "/"})).scope
            """,
            gives: "TypeError",
            proxied: ["GET 403 service-worker-denied"],
            upstream: []
        ),
        BrowserCase(
            "clear-site-data/navigation.https.html: a target does not clear what the proxy's origin has stored",
            through: .any,
            from: .proxyOrigin,
            """
            localStorage.setItem("a", "kept");
            await show(fetch(via("/a", {fields: ['Clear-Site-Data: "storage"']})));
            return localStorage.getItem("a")
            """,
            gives: "kept",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
    ]

    /// Fills in the form of the help page, and waits for the answer; returns the title and the status.
    private static func tryOut(_ method: String, _ address: String) -> String {
        """
        const form = document.querySelector("form"), answer = document.getElementById("answer");
        form.elements.verb.value = "\(method)";
        form.elements.address.value = \(address);
        const done = new Promise(resolve => new MutationObserver(() => {
          if (/ ms\\)$/.test(answer.textContent)) resolve();
        }).observe(answer, {childList: true, characterData: true, subtree: true}));
        form.requestSubmit();
        await done;
        return document.title + " " + answer.textContent.split(" ")[0]
        """
    }

    static let helpPage: [BrowserCase] = [
        BrowserCase(
            "help page: its form asks a target",
            through: .defaults,
            from: .help,
            tryOut("GET", "direct('/a')"),
            gives: "Corsway 200",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "help page: its form sends a POST",
            through: .defaults,
            from: .help,
            tryOut("POST", "direct('/a')"),
            gives: "Corsway 200",
            proxied: ["POST 200"],
            upstream: ["POST /a"]
        ),
        BrowserCase(
            "help page: its form shows an error",
            through: .defaults,
            from: .help,
            tryOut("GET", "'ftp://host/' + direct('/a')"),
            gives: "Corsway 400",
            proxied: ["GET 400 target-scheme"],
            upstream: []
        ),
        BrowserCase(
            "help page: no script but its own runs in it",
            through: .defaults,
            from: .help,
            """
            const script = document.createElement("script"); script.textContent = "window.ran = true";
            document.body.append(script);
            return window.ran === undefined ? "blocked" : "ran"
            """,
            gives: "blocked",
            proxied: [],
            upstream: []
        ),
        BrowserCase(
            "help page: no page can read iscorsneeded through CORS",
            through: .any,
            "return show(fetch(proxy + 'iscorsneeded'))",
            gives: "TypeError",
            proxied: [],
            upstream: []
        ),
    ]
}
