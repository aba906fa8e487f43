import Testing

extension BrowserSuite {
    @Test(arguments: BrowserCases.eventSources)
    func `event streams arrive as they are sent`(_ test: BrowserCase) throws { try check(test) }
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
}
