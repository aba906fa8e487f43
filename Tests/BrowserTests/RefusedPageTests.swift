import Testing

extension BrowserSuite {
    @Test(arguments: BrowserCases.refusedPages)
    func `a refused page reaches no upstream by any means`(_ test: BrowserCase) throws { try check(test) }

    @Test(arguments: BrowserCases.ownErrors)
    func `an error of the proxy's own is readable by an allowed page`(_ test: BrowserCase) throws {
        try check(test)
    }
}

extension BrowserCases {
    /// Submits a form into a frame.
    private static func form(_ method: String) -> String {
        """
        const frame = document.createElement("iframe"); frame.name = "answer";
        const form = document.createElement("form");
        form.action = via("/a"); form.method = "\(method)"; form.target = "answer";
        form.innerHTML = "<input name=b value=c>";
        document.body.append(frame, form);
        const loaded = event(frame, "load");
        form.submit();
        return (await loaded).type
        """
    }

    private static let crossSite = ["GET 403 cross-site-denied"]
    private static let webSocket = """
        const socket = new WebSocket(via("/a").replace("http", "ws"));
        const end = await event(socket, "open", "close");
        return end.type + " " + end.code
        """

    static let refusedPages: [BrowserCase] = [
        .refused(
            "xhr/access-control-basic-denied.htm: XMLHttpRequest",
            "return request('GET', via('/a'))",
            gives: "error 0"
        ),
        .refused(
            "fetch/api/cors/cors-basic.any.js: POST",
            "return show(fetch(via('/a'), {method: 'POST', body: 'x'}))",
            proxied: ["POST 403 origin-denied"]
        ),
        .refused(
            "fetch/api/basic/mode-no-cors.sub.any.js: POST in mode no-cors",
            "return (await fetch(via('/a'), {method: 'POST', body: 'x', mode: 'no-cors'})).type",
            gives: "opaque",
            proxied: ["POST 403 origin-denied"]
        ),
        .refused(
            "fetch/api/basic/mode-no-cors.sub.any.js: GET in mode no-cors",
            "return (await fetch(via('/a'), {mode: 'no-cors'})).type",
            gives: "opaque",
            proxied: crossSite
        ),
        .refused(
            "html/semantics/forms/form-submission-0: a form with POST",
            form("post"),
            gives: "load",
            proxied: ["POST 403 origin-denied"]
        ),
        .refused(
            "fetch/metadata/form.https.sub.html: a form with GET",
            form("get"),
            gives: "load",
            proxied: crossSite
        ),
        .refused(
            "beacon/beacon-cors.html: a beacon",
            "return navigator.sendBeacon(via('/a'), 'x')",
            gives: "true",
            proxied: ["POST 403 origin-denied"]
        ),
        .refused(
            "beacon/beacon-preflight-failure.sub.window.js: a beacon of JSON",
            "return navigator.sendBeacon(via('/a'), new Blob(['{}'], {type: 'application/json'}))",
            gives: "true",
            proxied: ["OPTIONS 403 origin-denied"]
        ),
        .refused(
            "html/semantics/links/links-created-by-a-and-area-elements/htmlanchorelement_attribute-getter-setter.html: a ping",
            """
            const link = document.createElement("a"); link.href = "#here"; link.ping = via("/a");
            document.body.append(link); link.click();
            return "clicked"
            """,
            gives: "clicked",
            proxied: ["POST 403 origin-denied"]
        ),
        .refused(
            "fetch/metadata/generated/element-img.sub.html: an image",
            "return loads('img', {src: via('/a', svg)})",
            gives: "error",
            proxied: crossSite
        ),
        .refused(
            "fetch/metadata/generated/element-img.sub.html: an image with crossorigin",
            "return loads('img', {crossorigin: '', src: via('/a', svg)})",
            gives: "error"
        ),
        .refused(
            "fetch/metadata/generated/element-img.sub.html: an image of a same-site page",
            from: .strangeSibling,
            "return loads('img', {src: via('/a', svg)})",
            gives: "error",
            proxied: crossSite
        ),
        .refused(
            "fetch/metadata/generated/element-img.sub.html: an image without Origin where one is required",
            through: .requiringOrigin,
            "return loads('img', {src: via('/a', svg)})",
            gives: "error",
            proxied: ["GET 403 origin-required"]
        ),
        .refused(
            "fetch/metadata/generated/element-script.sub.html: a script",
            "return loads('script', {src: via('/a', {fields: ['Content-Type: text/javascript']})})",
            gives: "error",
            proxied: crossSite
        ),
        .refused(
            "html/semantics/scripting-1/the-script-element/module/dynamic-import: a module",
            "return (await import(via('/a', {fields: ['Content-Type: text/javascript']}))).default"
        ),
        .refused(
            "workers/WorkerGlobalScope_importScripts.htm: importScripts",
            """
            const code = "try { importScripts(" + JSON.stringify(via("/a")) + ") }"
              + " catch (error) { postMessage(error.name) }";
            const worker = new Worker(URL.createObjectURL(new Blob([code])));
            return (await event(worker, "message")).data
            """,
            gives: "NetworkError",
            proxied: crossSite
        ),
        .refused(
            "fetch/metadata/generated/css-images.sub.tentative.html: a style sheet",
            "return loads('link', {rel: 'stylesheet', href: via('/a', {fields: ['Content-Type: text/css']})})",
            gives: "error",
            proxied: crossSite
        ),
        .refused(
            "fetch/metadata/generated/css-font-face.sub.tentative.html: a font",
            "return (await new FontFace('f', 'url(\"' + via('/a') + '\")').load()).status",
            gives: "NetworkError"
        ),
        .refused(
            "fetch/metadata/generated/element-video.sub.html: a video",
            "return loads('video', {src: via('/a')})",
            gives: "error",
            proxied: crossSite
        ),
        .refused(
            "fetch/metadata/generated/element-iframe.sub.html: a frame",
            "return loads('iframe', {src: via('/a', html())})",
            gives: "load",
            proxied: crossSite
        ),
        .refused(
            "fetch/metadata/generated/element-embed.sub.html: an object",
            "return loads('object', {type: 'text/html', data: via('/a', html())})",
            gives: "error",
            proxied: crossSite
        ),
        .refused(
            "fetch/metadata/window-open.https.sub.html: a window",
            "return window.open(via('/a', html())) ? 'opened' : 'blocked'",
            gives: "opened",
            proxied: crossSite
        ),
        .refused(
            "websockets/opening-handshake: a WebSocket of a refused page",
            webSocket,
            gives: "close 1006"
        ),
        .refused(
            "websockets/opening-handshake: a WebSocket of an allowed page is not forwarded either",
            from: .app,
            webSocket,
            gives: "close 1006",
            proxied: ["GET 501 websocket-unsupported"]
        ),
        .refused(
            "fetch/api/cors/cors-origin.any.js: a page learns no more of an error than of an answer",
            "return ownError(fetch(proxy + 'ftp://host/' + direct('/a')))"
        ),
    ]

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
            "proxy + 'http://127.0.0.1:1/' + direct('/a')",
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
