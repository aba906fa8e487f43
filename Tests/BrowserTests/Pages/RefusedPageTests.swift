import Testing

extension BrowserSuite {
    @Test(arguments: BrowserCases.refusedPages)
    func `a refused page reaches no upstream by any means`(_ test: BrowserCase) throws { try check(test) }

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
            "fetch/metadata/generated/form-submission.sub.html: a form with POST",
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
            "beacon/beacon-cors.sub.window.js: a beacon",
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
            "fetch/metadata/generated/element-a.sub.html: a ping",
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
            "fetch/metadata/generated/script-module-import-dynamic.sub.html: a module",
            "return (await import(via('/a', {fields: ['Content-Type: text/javascript']}))).default"
        ),
        .refused(
            "fetch/metadata/generated/worker-dedicated-importscripts.sub.html: importScripts",
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
            "fetch/metadata/style.https.sub.html: a style sheet",
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
            "websockets/opening-handshake/003-sets-origin.worker.js: a WebSocket of a refused page",
            webSocket,
            gives: "close 1006"
        ),
        .refused(
            "websockets/opening-handshake/003-sets-origin.worker.js: a WebSocket of an allowed page reaches a server that knows none",
            from: .app,
            webSocket,
            gives: "close 1006",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "websockets/basic-auth.any.js: a WebSocket of an allowed page opens",
            """
            const socket = new WebSocket(via("/a", {isSocket: true}).replace("http", "ws"));
            await event(socket, "open", "close");
            socket.send("hello");
            return (await event(socket, "message", "close")).data
            """,
            gives: "hello",
            proxied: ["GET 101"],
            upstream: ["GET /a"]
        ),
        .refused(
            "websockets/opening-handshake/003-sets-origin.worker.js: a WebSocket of a sandboxed frame",
            from: .app,
            """
            return opaque({sandbox: "allow-scripts"}, `new Promise(resolve => {
              const socket = new WebSocket("${via("/a", {isSocket: true}).replace("http", "ws")}");
              socket.onopen = () => resolve("open");
              socket.onclose = end => resolve("close " + end.code);
            })`)
            """,
            gives: "close 1006"
        ),
        .refused(
            "fetch/api/cors/cors-origin.any.js: a page learns no more of an error than of an answer",
            "return ownError(fetch(proxy + 'ftp://host/' + direct('/a')))"
        ),
    ]
}
