import Testing

extension BrowserSuite {
    @Test(arguments: BrowserCases.exposedHeaders)
    func `a script reads the headers that are exposed, and no others`(_ test: BrowserCase) throws {
        try check(test)
    }

    @Test(arguments: BrowserCases.statuses)
    func `every status of the upstream is readable`(_ test: BrowserCase) throws { try check(test) }

    @Test(arguments: BrowserCases.ranges)
    func `ranges work, with a preflight where the browser wants one`(_ test: BrowserCase) throws {
        try check(test)
    }
}

extension BrowserCases {
    static let exposedHeaders: [BrowserCase] = [
        BrowserCase(
            "cors/response-headers.htm: the safelisted ones",
            """
            const fields = ["Cache-Control: no-cache", "Content-Language: de", "Expires: 0", "Pragma: p",
              "Last-Modified: l"];
            return headers(fetch(via("/a", {fields})), "cache-control", "content-language", "content-type",
              "expires", "last-modified", "pragma")
            """,
            gives: "cache-control=no-cache content-language=de content-type=text/plain expires=0"
                + " last-modified=l pragma=p",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "cors/response-headers.htm: one of the list, and one that is not on it",
            "return headers(fetch(via('/a', {fields: ['ETag: e', 'X-Z: 1']})), 'etag', 'x-z')",
            gives: "etag=e x-z=null",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "xhr/access-control-response-with-exposed-headers.htm: getAllResponseHeaders",
            """
            const xhr = new XMLHttpRequest(); xhr.open("GET", via("/a", {fields: ["ETag: e", "X-Z: 1"]}));
            const done = event(xhr, "load", "error"); xhr.send(); await done;
            const names = xhr.getAllResponseHeaders().trim().split("\\r\\n").map(line => line.split(":")[0]);
            return names.filter(name => !name.startsWith("content-")).sort().join()
            """,
            gives: "etag,x-final-url,x-request-id,x-request-url",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "fetch/api/cors/cors-filtering.sub.any.js: Set-Cookie is not there",
            through: .any,
            "return headers(fetch(via('/a', {fields: ['Set-Cookie: a=1', 'Set-Cookie2: b=1']})), 'set-cookie', 'set-cookie2')",
            gives: "set-cookie=null set-cookie2=null",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "cors/access-control-expose-headers-parsing.window.js: the proxy's own tell what was asked",
            """
            const answer = await fetch(via("/a"));
            return ["x-request-url", "x-final-url"].map(name => answer.headers.get(name) === direct("/a")).join()
            """,
            gives: "true,true",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "cors/304.htm: a stored answer is taken up again",
            """
            const address = via("/a", {fields: ['ETag: "1"', "Cache-Control: no-cache"], laterStatus: 304});
            await show(fetch(address));
            const again = await fetch(address);
            return await headers(again, "etag") + " " + await show(again)
            """,
            gives: "etag=\"1\" 200 ok",
            proxied: ["GET 200", "GET 304"],
            upstream: ["GET /a if-none-match=-", "GET /a if-none-match=\"1\""],
            watching: ["If-None-Match"]
        ),
        BrowserCase(
            "cors/304.htm: a stored answer is taken up again where a star exposes and credentials go along",
            through: .credentialsAndStars,
            """
            const address = via("/a", {fields: ['ETag: "1"', "Cache-Control: no-cache"], laterStatus: 304});
            await show(fetch(address, {credentials: "include"}));
            const again = await fetch(address, {credentials: "include"});
            return await headers(again, "etag") + " " + await show(again)
            """,
            gives: "etag=\"1\" 200 ok",
            proxied: ["GET 200", "GET 304"],
            upstream: ["GET /a if-none-match=-", "GET /a if-none-match=\"1\""],
            watching: ["If-None-Match"]
        ),
    ]

    static let statuses: [BrowserCase] =
        [201, 204, 400, 401, 403, 404, 418, 429, 500, 503].map { status in
            BrowserCase(
                "cors/status-async.htm: \(status)",
                "return show(fetch(via('/a', {status: \(status), fields: ['WWW-Authenticate: Basic']})))",
                gives: status == 204 ? "204 " : "\(status) ok",
                proxied: ["GET \(status)"],
                upstream: ["GET /a"]
            )
        }

    /// A request with a range; the upstream answers with 206, whatever the range.
    private static func range(
        _ name: String,
        through proxy: ProxyKind = .list,
        _ range: String,
        preflight: [String]
    ) -> BrowserCase {
        BrowserCase(
            name,
            through: proxy,
            "return show(fetch(via('/a', {status: 206}), {headers: {Range: '\(range)'}}))",
            gives: "206 ok",
            proxied: preflight + ["GET 206"],
            upstream: ["GET /a range=\(range)"],
            watching: ["Range"]
        )
    }

    static let ranges: [BrowserCase] = [
        range("fetch/range/general.any.js: one range is safelisted", "bytes=0-1", preflight: []),
        range("fetch/range/general.any.js: a range without an end is safelisted", "bytes=2-", preflight: []),
        range(
            "fetch/range/general.any.js: a range without a start asks first",
            "bytes=-2",
            preflight: ["OPTIONS 204"]
        ),
        range(
            "fetch/range/general.any.js: several ranges ask first",
            "bytes=0-1,3-4",
            preflight: ["OPTIONS 204"]
        ),
        range(
            "fetch/range/general.any.js: a range of another unit asks first",
            through: .any,
            "lines=0-1",
            preflight: ["OPTIONS 204"]
        ),
        BrowserCase(
            "fetch/range/general.any.js: Content-Range is readable where it is exposed",
            """
            const answer = {status: 206, fields: ["Content-Range: bytes 0-1/9", "Accept-Ranges: bytes"]};
            return headers(fetch(via("/a", answer), {headers: {Range: "bytes=0-1"}}), "content-range",
              "accept-ranges")
            """,
            gives: "content-range=bytes 0-1/9 accept-ranges=null",
            proxied: ["GET 206"],
            upstream: ["GET /a range=bytes=0-1"],
            watching: ["Range"]
        ),
        BrowserCase(
            "fetch/range/general.any.js: 416 is readable",
            "return show(fetch(via('/a', {status: 416}), {headers: {Range: 'bytes=9-'}}))",
            gives: "416 ok",
            proxied: ["GET 416"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "fetch/range/general.any.js: a range is asked for without content coding",
            "return show(fetch(via('/a', {status: 206}), {headers: {Range: 'bytes=0-1'}}))",
            gives: "206 ok",
            proxied: ["GET 206"],
            upstream: ["GET /a accept-encoding=identity"],
            watching: ["Accept-Encoding"]
        ),
        BrowserCase(
            "fetch/range/non-matching-range-response.html: a media element asks for a range",
            "return loads('audio', {crossorigin: '', src: via('/a', {status: 206, fields: ['Content-Range: bytes 0-1/2']})})",
            gives: "error",
            proxied: ["GET 206"],
            upstream: ["GET /a range=bytes=0-"],
            watching: ["Range"]
        ),
    ]
}
