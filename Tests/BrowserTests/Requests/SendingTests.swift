import Testing

extension BrowserSuite {
    @Test(arguments: BrowserCases.uploads)
    func `uploads tell their progress`(_ test: BrowserCase) throws { try check(test) }

    @Test(arguments: BrowserCases.keepalive)
    func `requests outlive their page`(_ test: BrowserCase) throws { try check(test) }
}

extension BrowserCases {
    /// Uploads a body with listeners, and tells which events came.
    private static func upload(_ size: Int, listensBefore: Bool) -> String {
        let listen = """
            for (const type of ["loadstart", "progress", "load", "error"]) xhr.upload.addEventListener(type, event => {
              if (!seen.includes(type)) seen.push(type);
              last = event;
            });
            """
        return """
            const seen = []; let last;
            const xhr = new XMLHttpRequest(); xhr.open("POST", via("/a"));
            const end = event(xhr, "load", "error");
            \(listensBefore ? listen : "") xhr.send("x".repeat(\(size))); \(listensBefore ? "" : listen)
            await end;
            return xhr.status + " " + seen.join() + (last ? " " + last.loaded + "/" + last.total : "")
            """
    }

    static let uploads: [BrowserCase] = [
        BrowserCase(
            "xhr/event-upload-progress-crossorigin.any.js: a listener makes the browser ask first",
            upload(9, listensBefore: true),
            gives: "200 loadstart,progress,load 9/9",
            proxied: ["OPTIONS 204", "POST 200"],
            upstream: ["POST /a \"xxxxxxxxx\""]
        ),
        BrowserCase(
            "xhr/event-upload-progress-crossorigin.any.js: two megabytes",
            upload(2_000_000, listensBefore: true),
            gives: "200 loadstart,progress,load 2000000/2000000",
            proxied: ["OPTIONS 204", "POST 200"],
            upstream: ["POST /a 2000000 bytes"]
        ),
        BrowserCase(
            "cors/late-upload-events.htm: a listener that comes late hears nothing",
            upload(9, listensBefore: false),
            gives: "200 ",
            proxied: ["POST 200"],
            upstream: ["POST /a \"xxxxxxxxx\""]
        ),
        .refused(
            "xhr/event-upload-progress-crossorigin.any.js: a refused page uploads nothing",
            upload(9, listensBefore: true),
            gives: "0 loadstart,error 0/0",
            proxied: ["OPTIONS 403 origin-denied"]
        ),
    ]

    /// Sends a request from a frame that is taken away at once.
    private static func fromFrame(_ expression: String) -> String {
        """
        const frame = document.createElement("iframe");
        document.body.append(frame);
        const sent = frame.contentWindow.eval("(address => { " + `\(expression)` + "; return 'sent' })")(via("/a"));
        frame.remove();
        return sent
        """
    }

    static let keepalive: [BrowserCase] = [
        BrowserCase(
            "fetch/api/basic/keepalive.html: in a page that stays",
            "return show(fetch(via('/a'), {method: 'POST', body: 'x', keepalive: true}))",
            gives: "200 ok",
            proxied: ["POST 200"],
            upstream: ["POST /a \"x\""]
        ),
        BrowserCase(
            "fetch/api/basic/keepalive.html: in a frame that is taken away",
            fromFrame("fetch(address, {method: 'POST', body: 'x', keepalive: true})"),
            gives: "sent",
            proxied: ["POST 200"],
            upstream: ["POST /a \"x\""]
        ),
        BrowserCase(
            "fetch/api/basic/keepalive.html: with a preflight, in a page that stays",
            "return show(fetch(via('/a'), {method: 'PUT', body: 'x', keepalive: true}))",
            gives: "200 ok",
            proxied: ["OPTIONS 204", "PUT 200"],
            upstream: ["PUT /a \"x\""]
        ),
        .refused(
            "fetch/api/basic/keepalive.html: of a refused page",
            fromFrame("fetch(address, {method: 'POST', body: 'x', keepalive: true})"),
            gives: "sent",
            proxied: ["POST 403 origin-denied"]
        ),
        BrowserCase(
            "beacon/beacon-cors.sub.window.js: a beacon of text",
            "return navigator.sendBeacon(via('/a'), 'x')",
            gives: "true",
            proxied: ["POST 200"],
            upstream: ["POST /a \"x\""]
        ),
        BrowserCase(
            "beacon/beacon-cors.sub.window.js: a beacon of JSON where credentials are allowed",
            through: .credentials,
            "return navigator.sendBeacon(via('/a'), new Blob(['{}'], {type: 'application/json'}))",
            gives: "true",
            proxied: ["OPTIONS 204", "POST 200"],
            upstream: ["POST /a \"{}\""]
        ),
        BrowserCase(
            "beacon/beacon-preflight-failure.sub.window.js: a beacon of JSON where they are not",
            "return navigator.sendBeacon(via('/a'), new Blob(['{}'], {type: 'application/json'}))",
            gives: "true",
            proxied: ["OPTIONS 204"],
            upstream: []
        ),
    ]
}
