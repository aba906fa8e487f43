import Testing

extension BrowserSuite {
    @Test(arguments: BrowserCases.eventSources)
    func `event streams arrive as they are sent`(_ test: BrowserCase) throws { try check(test) }

    @Test(arguments: BrowserCases.streams)
    func `a body is passed on as it comes, and ends with its receiver`(_ test: BrowserCase) throws {
        try check(test)
    }

    @Test(arguments: BrowserCases.uploads)
    func `uploads tell their progress`(_ test: BrowserCase) throws { try check(test) }

    @Test(arguments: BrowserCases.keepalive)
    func `requests outlive their page`(_ test: BrowserCase) throws { try check(test) }
}

extension BrowserCases {
    /// Opens an event stream and tells of its first event.
    private static func firstEvent(_ answer: String, _ options: String = "{}") -> String {
        """
        const source = new EventSource(via("/a", {fields: ["Content-Type: text/event-stream"], \(answer)}), \(options));
        const first = await event(source, "message", "error");
        const state = source.readyState; source.close();
        return first.type + " " + (first.data ?? state)
        """
    }

    static let eventSources: [BrowserCase] = [
        BrowserCase(
            "eventsource/eventsource-cross-origin.htm: an event of an allowed page",
            firstEvent(#"body: "data: hi\n\n""#),
            gives: "message hi",
            proxied: ["GET 200"],
            upstream: ["GET /a accept=text/event-stream cache-control=no-cache"],
            watching: ["Accept", "Cache-Control"]
        ),
        .refused(
            "eventsource/eventsource-cross-origin.htm: a refused page",
            firstEvent(#"body: "data: hi\n\n""#),
            gives: "error 2"
        ),
        BrowserCase(
            "eventsource/request-credentials.htm: with credentials where they are allowed",
            through: .credentials,
            firstEvent(#"body: "data: hi\n\n""#, "{withCredentials: true}"),
            gives: "message hi",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "eventsource/request-credentials.htm: with credentials where they are not allowed",
            firstEvent(#"body: "data: hi\n\n""#, "{withCredentials: true}"),
            gives: "error 2",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "eventsource/request-status-error.htm: 500 ends it",
            firstEvent(#"status: 500, body: "data: hi\n\n""#),
            gives: "error 2",
            proxied: ["GET 500"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "eventsource/request-redirect.htm: a redirect to another origin is followed here",
            """
            const stream = {fields: ["Content-Type: text/event-stream"], body: "data: hi\\n\\n"};
            const source = new EventSource(via("/a", redirect(307, elsewhere("/b", stream))));
            const first = await event(source, "message", "error"); source.close();
            return first.type + " " + first.data
            """,
            gives: "message hi",
            proxied: ["GET 200"],
            upstream: ["GET /a", "other: GET /b"]
        ),
        BrowserCase(
            "eventsource/eventsource-reconnect.htm: taken up again with the last event's id",
            """
            const source = new EventSource(via("/a", {fields: ["Content-Type: text/event-stream"],
              body: "id: 7\\nretry: 1\\ndata: hi\\n\\n", laterStatus: 204}));
            await new Promise(resolve => { source.onerror = () => source.readyState === 2 && resolve() });
            return "closed"
            """,
            gives: "closed",
            proxied: ["GET 200", "GET 204"],
            upstream: ["GET /a last-event-id=-", "GET /a last-event-id=7"],
            watching: ["Last-Event-ID"]
        ),
        // Fetch §2.2.2 makes the browser ask first for such an id; Chromium does not.
        BrowserCase(
            "eventsource/eventsource-cross-origin-preflight.window.js: Chromium asks not even for an unsafe id",
            """
            const source = new EventSource(via("/a", {fields: ["Content-Type: text/event-stream"],
              body: "id: {7}\\nretry: 1\\ndata: hi\\n\\n", laterStatus: 204}));
            await new Promise(resolve => { source.onerror = () => source.readyState === 2 && resolve() });
            return "closed"
            """,
            gives: "closed",
            proxied: ["GET 200", "GET 204"],
            upstream: ["GET /a last-event-id=-", "GET /a last-event-id={7}"],
            watching: ["Last-Event-ID"]
        ),
        BrowserCase(
            "eventsource/eventsource-onmessage.any.js: an event arrives while the stream stays open",
            """
            const source = new EventSource(via("/a", {fields: ["Content-Type: text/event-stream"],
              pieces: ["data: 1\\n\\n", "data: 2\\n\\n"]}));
            const first = await event(source, "message");
            const next = event(source, "message");
            await release();
            const second = await next; source.close();
            return first.data + second.data
            """,
            gives: "12",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "eventsource/eventsource-close.window.js: to close it ends the upstream's answer",
            """
            const source = new EventSource(via("/a", {fields: ["Content-Type: text/event-stream"],
              pieces: ["data: 1\\n\\n", "data: 2\\n\\n"]}));
            await event(source, "message");
            source.close();
            return "closed"
            """,
            gives: "closed",
            proxied: ["GET 200"],
            upstream: ["GET /a", "cut /a"]
        ),
    ]

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
            "fetch/content-length/content-length.html: a body that is cut off is an error",
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
            "beacon/beacon-cors.html: a beacon of text",
            "return navigator.sendBeacon(via('/a'), 'x')",
            gives: "true",
            proxied: ["POST 200"],
            upstream: ["POST /a \"x\""]
        ),
        BrowserCase(
            "beacon/beacon-cors.html: a beacon of JSON where credentials are allowed",
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
