import BrowserModel
import Testing

@Suite struct WebSocketSimulationTests {
    private static let page = PageOrigin(of: url("http", "app.example"))

    /// Simulates a WebSocket whose handshake is answered by a head.
    private func simulate(
        _ call: WebSocketCall = WebSocketCall(),
        from page: PageOrigin = page,
        to target: RequestURL = url("https", "api.example"),
        answeredBy answer: WireAnswer = .opening()
    ) -> Explanation {
        Explanation(
            PageRequest(by: .webSocket(call), page: page, url: target),
            in: BrowserEnvironment(
                ask: { _ in answer },
                resolve: { location, _ in
                    location.hasPrefix("/")
                        ? .url(url("https", "api.example", nil, location), hasCredentials: false)
                        : .otherScheme(location)
                },
                isPublicSuffix: { $0 == "example" }
            )
        )
    }

    @Test func `a handshake has exactly these lines`() {
        let call = WebSocketCall(subprotocols: ["a", "b"])
        let explanation = simulate(call, to: url("https", "api.example", 8443, "/live?x=1"))
        #expect(
            explanation.step(.request)?.details == [
                "GET /live?x=1 HTTP/1.1", "Host: api.example:8443", "Connection: Upgrade",
                "Upgrade: websocket",
                "Origin: http://app.example", "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: Y29yc3dheSBleHBsYWluIQ==",
                "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
                "User-Agent: Mozilla/5.0 (compatible; corsway explain)", "Sec-WebSocket-Protocol: a, b",
            ]
        )
        #expect(explanation.step(.request)?.summary == "GET wss://api.example:8443/live?x=1")
    }

    @Test func `what is open has the subprotocol and the extensions that were chosen`() {
        let explanation = simulate(
            WebSocketCall(subprotocols: ["a", "b"]),
            answeredBy: .opening(
                HeaderLine("Sec-WebSocket-Protocol", "b"),
                HeaderLine("Sec-WebSocket-Extensions", "permessage-deflate")
            )
        )
        #expect(explanation.isFine)
        #expect(explanation.status == 101)
        #expect(explanation.socket?.subprotocol == "b")
        #expect(explanation.socket?.extensions == "permessage-deflate")
        #expect(
            explanation.steps.map(\.kind) == [
                .constructor, .crossOrigin, .mixedContent, .localNetworkAccess, .cookies, .request,
                .handshake,
            ],
            "no preflight, and no check of CORS"
        )
    }

    @Test(arguments: [
        (
            WebSocketCall(fragment: "f"),
            "The URL contains a fragment identifier ('f'). Fragment identifiers are not allowed in WebSocket URLs."
        ),
        (WebSocketCall(subprotocols: ["a", "a"]), "The subprotocol 'a' is duplicated."),
        (WebSocketCall(subprotocols: ["a b"]), "The subprotocol 'a b' is invalid."),
        (WebSocketCall(subprotocols: [""]), "The subprotocol '' is invalid."),
    ])
    func `the constructor throws before anything is asked`(call: WebSocketCall, message: String) {
        let explanation = simulate(call)
        #expect(explanation.steps.map(\.kind) == [.constructor])
        #expect(explanation.failure?.reason.name == "SyntaxError")
        #expect(
            explanation.failure?.chromium == "SyntaxError: Failed to construct 'WebSocket': \(message)"
        )
        #expect(explanation.failure?.firefox.text.hasPrefix("SyntaxError: ") == true)
        #expect(explanation.failure?.closeCode == nil, "the script gets an exception")
    }

    @Test(arguments: [
        ("api.example", false), ("9.9.9.9", false), ("127.0.0.1", true), ("[::1]", true), ("localhost", true),
        ("a.localhost", true), ("192.168.0.9", true), ("printer.local", true),
    ])
    func `an HTTPS page opens plain WebSockets only near by`(host: String, isAllowed: Bool) {
        let explanation = simulate(from: app, to: url("http", host))
        #expect(explanation.isAllowed == isAllowed)
        guard !isAllowed else { return }
        let failure = explanation.failure
        #expect(failure?.reason.isMixedContent == true)
        #expect(failure?.needed == ["wss://\(host)/x"])
        #expect(failure?.closeCode == nil, "the constructor throws")
        #expect(
            failure?.chromium.hasPrefix(
                "Mixed Content: The page at 'https://app.example/' was loaded over HTTPS, but attempted to connect "
                    + "to the insecure WebSocket endpoint 'ws://\(host)/x'."
            ) == true
        )
        #expect(failure?.firefox.text == "SecurityError: The operation is insecure.")
    }

    @Test func `a port of another protocol is never asked`() {
        let explanation = simulate(to: url("http", "api.example", 25))
        #expect(explanation.failure?.reason.name == "net::ERR_UNSAFE_PORT")
        #expect(explanation.lastAsked == nil)
    }

    @Test(arguments: [
        (403, "Unexpected response code: 403", "http://app.example, is not https://api.example"),
        (404, "Unexpected response code: 404", "no such path"),
        (200, "Unexpected response code: 200", "nothing speaks WebSocket at this path"),
        (426, "Unexpected response code: 426", "another version, 8"),
    ])
    func `a status other than 101 opens nothing`(status: Int, message: String, advice: String) {
        let answer = WireAnswer(
            status: status,
            reason: "No",
            fields: [HeaderLine("Sec-WebSocket-Version", "8")]
        )
        let failure = simulate(answeredBy: answer).failure
        #expect(
            failure?.chromium
                == "WebSocket connection to 'wss://api.example/x' failed: Error during WebSocket handshake: \(message)"
        )
        #expect(
            failure?.firefox.text
                == "Firefox can’t establish a connection to the server at wss://api.example/x."
        )
        #expect(failure?.seen == ["HTTP/1.1 \(status) No", "Sec-WebSocket-Version: 8"])
        #expect(failure?.needed.last?.contains(advice) == true, "\(failure?.needed ?? [])")
        #expect(failure?.closeCode == 1006)
    }

    @Test(arguments: [400, 403, 404])
    func `a page of the server's own is not told of its origin`(status: Int) {
        let own = simulate(
            from: PageOrigin(of: url("https", "api.example")),
            answeredBy: WireAnswer(status: status)
        )
        #expect(own.failure?.needed.last?.contains("origin") == false)
    }

    @Test(arguments: [("/live/", "wss://api.example/live/"), ("wss://b.example/", "wss://b.example/")])
    func `a redirect is not followed, and its target is named`(location: String, target: String) {
        let answer = WireAnswer(status: 301, fields: [HeaderLine("Location", location)])
        let explanation = simulate(answeredBy: answer)
        #expect(explanation.failure?.needed.last?.hasSuffix("let the script ask \(target)") == true)
        #expect(explanation.steps.last?.kind == .handshake)
    }

    @Test func `what is lacking is named, and what should stand there`() {
        let answer = WireAnswer(status: 101, fields: [HeaderLine("Upgrade", "websocket")])
        let failure = simulate(answeredBy: answer).failure
        #expect(failure?.seen == ["no Sec-WebSocket-Accept"])
        #expect(failure?.needed == ["Sec-WebSocket-Accept: PZ/soI999U878xFKvriRVIk/Xq0="])
    }

    @Test func `a client key stands in nothing that is shown`() {
        let call = WebSocketCall(subprotocols: ["corsway.key.c2VjcmV0", "a"])
        let answers = [
            WireAnswer.opening(HeaderLine("Sec-WebSocket-Protocol", "corsway.key.c2VjcmV0")),
            .opening(HeaderLine("Sec-WebSocket-Protocol", "corsway.key.b3RoZXI")), .opening(),
            WireAnswer(status: 403),
        ]
        for explanation in answers.map({ simulate(call, answeredBy: $0) })
            + [simulate(WebSocketCall(subprotocols: ["corsway.key.c2VjcmV0=/"]))]
        {
            let text = String(reflecting: explanation)
            #expect(!text.contains("c2VjcmV0") && !text.contains("b3RoZXI"), "\(text)")
            #expect(text.contains("corsway.key.…"))
        }
    }
}

extension WireAnswer {
    /// The right answer, with more lines.
    fileprivate static func opening(_ lines: HeaderLine...) -> WireAnswer {
        WireAnswer(
            status: 101,
            fields: [
                HeaderLine("Upgrade", "websocket"), HeaderLine("Connection", "Upgrade"),
                HeaderLine("Sec-WebSocket-Accept", "PZ/soI999U878xFKvriRVIk/Xq0="),
            ] + lines
        )
    }
}
