import Testing

extension BrowserSuite {
    @Test(arguments: BrowserCases.opaqueOrigins)
    func `the origin null is allowed by its own key, or where any is`(_ test: BrowserCase) throws {
        try check(test)
    }
}

extension BrowserCases {
    private static let sandbox = "{sandbox: 'allow-scripts'}"
    private static let get = "'show(fetch(' + JSON.stringify(via('/a')) + '))'"
    private static let put = #"'show(fetch(' + JSON.stringify(via('/a')) + ', {method: "PUT"}))'"#
    private static let include =
        #"'show(fetch(' + JSON.stringify(via('/a')) + ', {credentials: "include"}))'"#
    private static let worker = """
        const code = "fetch(" + JSON.stringify(via("/a")) + ").then(got => got.text(), error => error.name)"
          + ".then(postMessage)";
        const worker = new Worker("data:text/javascript," + encodeURIComponent(code));
        return (await event(worker, "message")).data
        """

    static let opaqueOrigins: [BrowserCase] = [
        .refused(
            "xhr/access-control-sandboxed-iframe-denied.htm: a sandboxed frame of an allowed page",
            from: .app,
            "return opaque(\(sandbox), \(get))"
        ),
        BrowserCase(
            "xhr/access-control-sandboxed-iframe-allow.htm: a sandboxed frame where any origin is allowed",
            through: .any,
            "return opaque(\(sandbox), \(get))",
            gives: "200 ok",
            proxied: ["GET 200"],
            upstream: ["GET /a origin=null"],
            watching: ["Origin"]
        ),
        BrowserCase(
            "xhr/access-control-sandboxed-iframe-allow-origin-null.htm: a sandboxed frame where null is allowed",
            through: .null,
            from: .stranger,
            "return opaque(\(sandbox), \(get))",
            gives: "200 ok",
            proxied: ["GET 200"],
            upstream: ["GET /a origin=null"],
            watching: ["Origin"]
        ),
        .refused(
            "xhr/access-control-sandboxed-iframe-denied-without-wildcard.htm: a preflight of a sandboxed frame",
            from: .app,
            "return opaque(\(sandbox), \(put))",
            proxied: ["OPTIONS 403 origin-denied"]
        ),
        BrowserCase(
            "xhr/access-control-sandboxed-iframe-allow-origin-null.htm: a preflight of a sandboxed frame",
            through: .null,
            "return opaque(\(sandbox), \(put))",
            gives: "200 ok",
            proxied: ["OPTIONS 204", "PUT 200"],
            upstream: ["PUT /a"]
        ),
        BrowserCase(
            "xhr/access-control-sandboxed-iframe-denied.htm: null never has credentials",
            through: .null,
            "return opaque(\(sandbox), \(include))",
            gives: "TypeError",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "xhr/access-control-sandboxed-iframe-allow.htm: allow-same-origin keeps the page's origin",
            "return opaque({sandbox: 'allow-scripts allow-same-origin'}, \(get))",
            gives: "200 ok",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "xhr/access-control-sandboxed-iframe-allow.htm: a frame of srcdoc has the page's origin",
            "return opaque({}, \(get))",
            gives: "200 ok",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
        .refused(
            "fetch/api/cors/data-url-iframe.html: a frame of a data: URL",
            from: .app,
            "return opaque({data: true}, \(get))"
        ),
        BrowserCase(
            "fetch/api/cors/data-url-iframe.html: a frame of a data: URL where any origin is allowed",
            through: .any,
            "return opaque({data: true}, \(get))",
            gives: "200 ok",
            proxied: ["GET 200"],
            upstream: ["GET /a origin=null"],
            watching: ["Origin"]
        ),
        BrowserCase(
            "fetch/api/cors/data-url-iframe.html: a frame of a data: URL where null is allowed",
            through: .null,
            "return opaque({data: true}, \(get))",
            gives: "200 ok",
            proxied: ["GET 200"],
            upstream: ["GET /a origin=null"],
            watching: ["Origin"]
        ),
        .refused(
            "fetch/api/cors/data-url-worker.html: a worker of a data: URL",
            from: .app,
            worker
        ),
        BrowserCase(
            "fetch/api/cors/data-url-worker.html: a worker of a data: URL where null is allowed",
            through: .null,
            worker,
            gives: "ok",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
    ]
}
