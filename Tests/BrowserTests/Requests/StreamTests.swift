import Testing

extension BrowserSuite {
    @Test(arguments: BrowserCases.streams)
    func `a body is passed on as it comes, and ends with its receiver`(_ test: BrowserCase) throws {
        try check(test)
    }

}

extension BrowserCases {
    static let streams: [BrowserCase] = [
        BrowserCase(
            "fetch/api/basic/stream-response.any.js: the first piece comes before the end",
            """
            const reader = (await fetch(via("/a", {pieces: ["one", "two"]}))).body.getReader();
            const read = async () => new TextDecoder().decode((await reader.read()).value);
            const first = await read();
            await release();
            return first + " " + await read() + " " + (await reader.read()).done
            """,
            gives: "one two true",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "fetch/api/abort/general.any.js: aborted before it began",
            "return show(fetch(via('/a'), {signal: AbortSignal.abort()}))",
            gives: "AbortError",
            proxied: [],
            upstream: []
        ),
        BrowserCase(
            "fetch/api/abort/general.any.js: aborted in the body",
            """
            const controller = new AbortController();
            const got = await fetch(via("/a", {pieces: ["one", "two"]}), {signal: controller.signal});
            const reader = got.body.getReader();
            await reader.read();
            controller.abort();
            return show(reader.read())
            """,
            gives: "AbortError",
            proxied: ["GET 200"],
            upstream: ["GET /a", "cut /a"]
        ),
        BrowserCase(
            "fetch/api/response/response-cancel-stream.any.js: the reader is cancelled",
            """
            const reader = (await fetch(via("/a", {pieces: ["one", "two"]}))).body.getReader();
            await reader.read();
            await reader.cancel();
            return "cancelled"
            """,
            gives: "cancelled",
            proxied: ["GET 200"],
            upstream: ["GET /a", "cut /a"]
        ),
        BrowserCase(
            "xhr/abort-during-loading.window.js: an XMLHttpRequest is aborted in the body",
            """
            const xhr = new XMLHttpRequest(); xhr.open("GET", via("/a", {pieces: ["one", "two"],
              fields: ["Content-Type: application/json"]}));
            const progress = event(xhr, "progress", "error"), end = event(xhr, "abort", "load", "error");
            xhr.send();
            await progress; xhr.abort();
            return (await end).type
            """,
            gives: "abort",
            proxied: ["GET 200"],
            upstream: ["GET /a", "cut /a"]
        ),
        BrowserCase(
            "fetch/api/basic/error-after-response.any.js: a body that is cut off is an error",
            "const got = await fetch(via('/a', {isCut: true})); return got.status + ' ' + await got.text().catch(e => e.name)",
            gives: "200 TypeError",
            proxied: ["GET 200 upstream-closed"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "xhr/response-body-errors.any.js: an XMLHttpRequest whose body is cut off is an error",
            "return request('GET', via('/a', {isCut: true}))",
            gives: "error 0",
            proxied: ["GET 200 upstream-closed"],
            upstream: ["GET /a"]
        ),
    ]
}
