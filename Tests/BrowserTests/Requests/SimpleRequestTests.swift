import Testing

extension BrowserSuite {
    @Test(arguments: BrowserCases.simpleRequests)
    func `simple requests need no preflight`(_ test: BrowserCase) throws { try check(test) }

    @Test(arguments: BrowserCases.origins)
    func `an origin is allowed by its pattern alone`(_ test: BrowserCase) throws { try check(test) }
}

extension BrowserCases {
    static let simpleRequests: [BrowserCase] = [
        BrowserCase(
            "control: the upstream has no CORS of its own",
            "return show(fetch(direct('/a')))",
            gives: "TypeError",
            proxied: [],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "cors/basic.htm: Cross domain basic usage",
            "return request('GET', via('/a'))",
            gives: "200 ok",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "fetch/api/cors/cors-basic.any.js: mode cors",
            "const got = await fetch(via('/a')); return got.type + ' ' + await got.text()",
            gives: "cors ok",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "fetch/api/cors/cors-basic.any.js: mode no-cors is opaque",
            through: .any,
            "const got = await fetch(via('/a'), {mode: 'no-cors'}); return got.type + ' ' + await show(got)",
            gives: "opaque 0 ",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "fetch/api/basic/mode-same-origin.any.js: mode same-origin never leaves the browser",
            "return show(fetch(via('/a'), {mode: 'same-origin'}))",
            gives: "TypeError",
            proxied: [],
            upstream: []
        ),
        BrowserCase(
            "fetch/api/cors/cors-no-preflight.any.js: HEAD",
            "return show(fetch(via('/a'), {method: 'HEAD'}))",
            gives: "200 ",
            proxied: ["HEAD 200"],
            upstream: ["HEAD /a"]
        ),
        BrowserCase(
            "fetch/api/cors/cors-no-preflight.any.js: POST of text/plain",
            "return show(fetch(via('/a'), {method: 'POST', body: 'hello'}))",
            gives: "200 ok",
            proxied: ["POST 200"],
            upstream: ["POST /a content-type=text/plain;charset=UTF-8 \"hello\""],
            watching: ["Content-Type"]
        ),
        BrowserCase(
            "fetch/api/cors/cors-no-preflight.any.js: POST of a form",
            "return show(fetch(via('/a'), {method: 'POST', body: new URLSearchParams({b: 'c d'})}))",
            gives: "200 ok",
            proxied: ["POST 200"],
            upstream: ["POST /a content-type=application/x-www-form-urlencoded;charset=UTF-8 \"b=c+d\""],
            watching: ["Content-Type"]
        ),
        BrowserCase(
            "fetch/api/cors/cors-no-preflight.any.js: POST of multipart/form-data",
            """
            const body = new FormData(); body.append("b", "c".repeat(200));
            return show(fetch(via('/a'), {method: 'POST', body}))
            """,
            gives: "200 ok",
            proxied: ["POST 200"],
            upstream: ["POST /a 332 bytes"]
        ),
        BrowserCase(
            "cors/simple-requests.htm: safelisted headers",
            """
            const headers = {"Accept": "a/b", "Accept-Language": "de", "Content-Language": "fr"};
            return show(fetch(via('/a'), {headers}))
            """,
            gives: "200 ok",
            proxied: ["GET 200"],
            upstream: ["GET /a accept=a/b accept-language=de content-language=fr"],
            watching: ["Accept", "Accept-Language", "Content-Language"]
        ),
        BrowserCase(
            "cors/304.htm: what the upstream says of CORS is replaced, never merged",
            """
            const fields = ["Access-Control-Allow-Origin: *", "access-control-allow-origin: null",
              "Access-Control-Expose-Headers: x-theirs", "X-Theirs: 1", "ETag: 2"];
            return headers(fetch(via('/a', {fields})), "x-theirs", "etag")
            """,
            gives: "x-theirs=null etag=2",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "xhr/access-control-response-with-body-sync.htm: a synchronous request",
            "const xhr = new XMLHttpRequest(); xhr.open('GET', via('/a'), false); xhr.send(); return xhr.responseText",
            gives: "ok",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "cors/script-304.html: a script element with crossorigin",
            """
            const type = await loads("script", {crossorigin: "", src: via("/a", {
              fields: ["Content-Type: text/javascript"], body: "window.answer = 42"})});
            return type + " " + window.answer
            """,
            gives: "load 42",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "fetch/api/cors/cors-basic.any.worker.html: a request of a worker",
            """
            const code = "fetch(" + JSON.stringify(via("/a")) + ").then(r => r.text()).then(postMessage)";
            const worker = new Worker(URL.createObjectURL(new Blob([code])));
            return (await event(worker, "message")).data
            """,
            gives: "ok",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "cors/image-tainting-in-cross-origin-iframe.sub.html: an image does not taint a canvas",
            """
            const image = new Image(); image.crossOrigin = "";
            const loaded = event(image, "load", "error");
            image.src = via("/a", svg);
            const type = (await loaded).type;
            const context = document.createElement("canvas").getContext("2d");
            context.drawImage(image, 0, 0);
            return type + " " + context.getImageData(0, 0, 1, 1).width
            """,
            gives: "load 1",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
    ]

    private static func reads(_ name: String, through proxy: ProxyKind = .list, from page: Page)
        -> BrowserCase
    {
        BrowserCase(
            name,
            through: proxy,
            from: page,
            "return show(fetch(via('/a')))",
            gives: "200 ok",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        )
    }

    private static func doesNotRead(_ name: String, through proxy: ProxyKind = .list, from page: Page)
        -> BrowserCase
    {
        .refused(name, through: proxy, from: page, "return show(fetch(via('/a')))")
    }

    static let origins: [BrowserCase] = [
        reads("cors/origin.htm: a page of the list", from: .app),
        reads("cors/origin.htm: a subdomain of a pattern", from: .shop),
        reads("cors/origin.htm: a deeper subdomain of a pattern", from: .deepShop),
        reads("cors/origin.htm: a same-site page of the list", from: .sibling),
        reads("cors/origin.htm: any page where any is allowed", through: .any, from: .foreign),
        reads("cors/origin.htm: a page of this machine by default", through: .defaults, from: .stranger),
        reads("cors/origin.htm: any page but the denied one", through: .denying, from: .app),
        reads(
            "cors/origin.htm: a page sends the Origin that is required",
            through: .requiringOrigin,
            from: .foreign
        ),
        doesNotRead("cors/origin.htm: a page that is on no list", from: .stranger),
        doesNotRead("cors/origin.htm: the apex of a pattern", from: .apex),
        doesNotRead("cors/origin.htm: a name that ends like a pattern", from: .evilShop),
        doesNotRead("cors/origin.htm: another port", from: .otherPort),
        doesNotRead("cors/origin.htm: a same-site page of no list", from: .strangeSibling),
        doesNotRead("cors/origin.htm: a page from elsewhere by default", through: .defaults, from: .foreign),
        doesNotRead(
            "cors/origin.htm: the denied page where any is allowed",
            through: .denying,
            from: .stranger
        ),
    ]
}
