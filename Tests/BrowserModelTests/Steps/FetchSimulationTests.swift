import BrowserModel
import Testing

@Suite struct FetchSimulationTests {
    @Test(arguments: [
        (url("http", "api.example"), false), (url("https", "api.example"), true),
        (url("http", "127.0.0.1", 9000), true), (url("http", "[::1]", 9000), true),
        (url("http", "a.localhost"), true), (url("http", "192.168.0.9"), true),
        (url("http", "9.9.9.9"), false),
    ])
    func `an HTTPS page asks over plain HTTP only near by`(target: RequestURL, isAllowed: Bool) {
        let explanation = simulate(PageRequest(page: app, url: target))
        #expect(explanation.isAllowed == isAllowed)
        guard !isAllowed else { return }
        #expect(explanation.failure?.reason == .mixedContent)
        #expect(explanation.steps.last?.kind == .mixedContent, "nothing is asked")
    }

    @Test(arguments: [
        ("127.0.0.1", Step.Outcome.noted), ("localhost", .noted), ("10.1.2.3", .noted),
        ("printer.local", .noted),
        ("[fd00::1]", .noted), ("8.8.8.8", .passed), ("api.example", .passed),
    ])
    func `a public page needs permission for what is near`(host: String, outcome: Step.Outcome) {
        let explanation = simulate(PageRequest(page: app, url: url("https", host)))
        #expect(explanation.step(.localNetworkAccess)?.outcome == outcome)
    }

    @Test func `a page of this machine needs no permission`() {
        let page = PageOrigin(of: url("http", "localhost", 5173))
        let explanation = simulate(PageRequest(page: page, url: url("http", "127.0.0.1", 9000)))
        #expect(explanation.step(.localNetworkAccess)?.outcome == .passed)
    }

    @Test func `to the page's own origin CORS does not apply`() {
        let own = url("https", "app.example", 443)
        let explanation = simulate(
            PageRequest(page: app, url: own, method: "PUT", headers: [HeaderLine("X-A", "1")]),
            answer: WireAnswer(
                status: 200,
                fields: [HeaderLine("X-B", "1"), HeaderLine("Set-Cookie", "a=b")]
            )
        )
        #expect(explanation.isAllowed)
        #expect(explanation.step(.preflight) == nil)
        #expect(explanation.readableHeaders == ["x-b"])
    }

    @Test func `a preflight has exactly these lines`() {
        let request = PageRequest(
            page: app,
            url: url("https", "api.example", 8443, "/a?b"),
            method: "delete",
            headers: [
                HeaderLine("X-B", "1"), HeaderLine("Content-Type", "application/json"),
                HeaderLine("Cookie", "c"),
                HeaderLine("Accept", "text/plain"),
            ]
        )
        let explanation = simulate(request)
        #expect(
            explanation.step(.preflight)?.details == [
                "OPTIONS /a?b HTTP/1.1", "Host: api.example:8443", "Accept: */*",
                "Access-Control-Request-Method: DELETE", "Access-Control-Request-Headers: content-type,x-b",
                "Origin: https://app.example", "Referer: https://app.example/",
                "User-Agent: Mozilla/5.0 (compatible; corsway explain)", "Sec-Fetch-Dest: empty",
                "Sec-Fetch-Mode: cors", "Sec-Fetch-Site: cross-site",
            ]
        )
        #expect(explanation.unsafeHeaders == ["content-type", "x-b"])
        #expect(explanation.step(.headers)?.summary.contains("Cookie") == true)
    }

    @Test(arguments: [
        ("600", "Chromium 600 s, Firefox 600 s, Safari 600 s"),
        ("100000", "Chromium 7200 s, Firefox 86400 s, Safari 600 s"),
        ("99999999999999999999", "Chromium 7200 s, Firefox 86400 s, Safari 600 s"),
        ("0", "not at all"), ("-1", "not at all"), ("soon", "5 s in Chromium and Safari"),
    ])
    func `each browser keeps a preflight's answer for its own time`(value: String, text: String) {
        let answer = WireAnswer(
            status: 204,
            fields: [
                HeaderLine("Access-Control-Allow-Origin", "*"),
                HeaderLine("Access-Control-Allow-Methods", "*"),
                HeaderLine("Access-Control-Max-Age", value),
            ]
        )
        let explanation = simulate(PageRequest(page: app, url: api, method: "PUT"), preflight: answer)
        #expect(explanation.step(.preflightCache)?.summary.hasPrefix(text) == true)
    }

    @Test func `without a time browsers keep it for five seconds`() {
        let answer = WireAnswer(
            status: 204,
            fields: [
                HeaderLine("Access-Control-Allow-Origin", "*"),
                HeaderLine("Access-Control-Allow-Methods", "*"),
            ]
        )
        let explanation = simulate(PageRequest(page: app, url: api, method: "PUT"), preflight: answer)
        #expect(explanation.step(.preflightCache)?.summary.hasPrefix("5 s") == true)
    }

    @Test func `Chromium alone lets a star cover Authorization, and that is said`() {
        let answer = WireAnswer(
            status: 204,
            fields: [
                HeaderLine("Access-Control-Allow-Origin", "*"),
                HeaderLine("Access-Control-Allow-Headers", "*"),
            ]
        )
        let request = PageRequest(page: app, url: api, headers: [HeaderLine("Authorization", "x")])
        #expect(simulate(request, preflight: answer).step(.preflightVerdict)?.outcome == .noted)
    }

    @Test func `no answer is a failure with Chromium's name for it`() {
        let explanation = Explanation(
            PageRequest(page: app, url: api),
            in: BrowserEnvironment(
                ask: { _ throws(NetworkFailure) in
                    throw NetworkFailure(name: "net::ERR_CONNECTION_REFUSED", message: "refused")
                },
                resolve: { _, _ in .invalid },
                isPublicSuffix: { _ in false }
            )
        )
        #expect(explanation.failure?.reason.name == "net::ERR_CONNECTION_REFUSED")
        #expect(explanation.failure?.firefox.name == "CORSDidNotSucceed")
    }
}
