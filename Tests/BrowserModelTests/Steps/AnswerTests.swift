import BrowserModel
import Testing

@Suite struct AnswerTests {
    private func answer(_ lines: HeaderLine...) -> WireAnswer {
        WireAnswer(
            status: 200,
            fields: [
                HeaderLine("Access-Control-Allow-Origin", app.serialized),
                HeaderLine("Access-Control-Allow-Credentials", "true"),
            ] + lines
        )
    }

    @Test(arguments: [
        ("a=b", "refused: without SameSite=None"),
        ("a=b; SameSite=Lax; Secure", "refused: without SameSite=None"),
        ("a=b; SameSite=None", "refused: SameSite=None without Secure"),
        ("a=b; samesite=none; secure", "stored"), ("a=b; SameSite=None; Secure; Path=/", "stored"),
    ])
    func `a cross-site response stores only cookies that say so`(cookie: String, fate: String) {
        let request = PageRequest(page: app, url: url("https", "api.other.com"), credentials: .include)
        let details = simulate(request, answer: answer(HeaderLine("Set-Cookie", cookie))).step(.cookies)?
            .details
        #expect(details?.first?.hasPrefix("Set-Cookie a: \(fate)") == true, "\(details ?? [])")
    }

    @Test func `without credentials no cookie is stored`() {
        let request = PageRequest(page: app, url: api)
        let cookie = HeaderLine("Set-Cookie", "a=b; SameSite=None; Secure")
        let step = simulate(request, answer: answer(cookie)).step(.cookies)
        #expect(step?.details == ["Set-Cookie a: ignored"])
        #expect(step?.summary.hasPrefix("none are sent") == true)
    }

    @Test(arguments: [
        ("https", "www.app.example", "same-site"), ("http", "app.example", "cross-site"),
        ("https", "api.example", "cross-site"), ("https", "app.example.com", "cross-site"),
    ])
    func `sites are told apart by the registrable domain and the scheme`(
        scheme: String,
        host: String,
        site: String
    ) {
        let page = PageOrigin(of: url(scheme, host))
        let summary = simulate(PageRequest(page: page, url: url("https", "x.app.example"))).step(
            .crossOrigin
        )?
        .summary
        #expect(summary?.contains("(\(site))") == true, "\(summary ?? "")")
    }

    @Test(arguments: [
        ("same-origin", "blocked"), ("same-site", "blocked"), ("cross-origin", "may embed"),
        (nil, "blocked under COEP"),
    ])
    func `CORP is judged for what is fetched without CORS`(value: String?, text: String) {
        let fields = value.map { [HeaderLine("Cross-Origin-Resource-Policy", $0)] } ?? []
        let wire = WireAnswer(status: 200, fields: [HeaderLine("Access-Control-Allow-Origin", "*")] + fields)
        let explanation = simulate(PageRequest(page: app, url: api), answer: wire)
        #expect(explanation.isAllowed, "fetch() is not affected")
        #expect(explanation.step(.resourcePolicy)?.summary.contains(text) == true)
    }

    @Test(arguments: [
        ("Access-Control-Allow-Origin", "*", "Credential is not supported", "CORSNotSupportingCredentials"),
        (
            "Access-Control-Allow-Origin", "https://b.example", "does not match ‘https://b.example’",
            "CORSAllowOriginNotMatchingOrigin"
        ),
        ("X-A", "", "‘Access-Control-Allow-Origin’ missing). Status code: 200.", "CORSMissingAllowOrigin"),
        (
            "Access-Control-Allow-Origin", "https://app.example", "expected ‘true’",
            "CORSMissingAllowCredentials"
        ),
    ])
    func `Firefox has a name and words of its own`(name: String, value: String, text: String, reason: String)
    {
        let request = PageRequest(page: app, url: api, credentials: .include)
        let failure = simulate(request, answer: WireAnswer(status: 200, fields: [HeaderLine(name, value)]))
            .failure
        #expect(failure?.firefox.name == reason)
        #expect(failure?.firefox.text.contains(text) == true, "\(failure?.firefox.text ?? "")")
    }

    @Test func `what was seen and what is needed are header lines`() {
        let two = [
            HeaderLine("access-control-allow-origin", "*"), HeaderLine("Access-Control-Allow-Origin", "*"),
        ]
        let failure = simulate(PageRequest(page: app, url: api), answer: WireAnswer(status: 200, fields: two))
            .failure
        #expect(failure?.seen == ["access-control-allow-origin: *", "Access-Control-Allow-Origin: *"])
        #expect(failure?.needed == ["Access-Control-Allow-Origin: https://app.example", "Vary: Origin"])
        #expect(failure?.firefox.name == "CORSMultipleAllowOriginNotAllowed")
    }
}
