import TestSupport
import Testing

/// The proxy over HTTPS as a real browser sees it.
@Suite(.enabled(if: Chromium.path != nil, "the browser tests of TLS need Chromium"))
struct TLSBrowserTests {
    @Test func `a page of https fetches through a proxy with certificates of corsway certs`() throws {
        let upstream = try ScriptedUpstream { request in
            Answer.text("\(request.method) \(request.text) \(request.value(of: "X-Forwarded-Proto") ?? "")")
        }
        // The page's server has a certificate of the same authority.
        let stage = try TLSStage(
            #", "cors": {"allowedOrigins": ["https://app.example:*"]}"#,
            names: ["app.example"]
        )
        let pages = try NginxProcess(
            files: ["index.html": Array("<!doctype html><title>page</title>".utf8)],
            certificate: Certificate(
                chain: "\(stage.folder.path)/localhost.pem",
                key: "\(stage.folder.path)/localhost.key"
            )
        )
        let browser = try Chromium(trusting: stage.authority)
        let page = try browser.openPage("https://app.example:\(pages.port)/")
        #expect(try page.evaluate("Promise.resolve(String(isSecureContext))") == "true")
        let target = stage.url(upstream.url("/"), host: "127.0.0.1")
        let fetched = try page.evaluate(
            """
            (async () => {
                const answers = [];
                for (const body of [undefined, "text"]) {
                    const method = body ? "PUT" : "GET";
                    answers.push(await (await fetch("\(target)", {method, body})).text());
                }
                return answers.join(", ");
            })()
            """
        )
        #expect(fetched == "GET  https, PUT text https")
        // The control: a browser that does not know the authority fetches nothing.
        let stranger = try Chromium()
        #expect(throws: (any Error).self) { try stranger.openPage("https://app.example:\(pages.port)/") }
    }
}
