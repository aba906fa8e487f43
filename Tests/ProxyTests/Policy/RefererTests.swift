import TestSupport
import Testing

/// Images, scripts and links of an allowed page, which browsers ask for without Origin.
@Suite struct RefererTests {
    private static let page = ["Referer: \(Policy.app)/page", "Sec-Fetch-Site: cross-site"]

    private static func site() throws -> ScriptedUpstream {
        try ScriptedUpstream { request in
            request.target == "/moved"
                ? Answer.redirect(302, to: "/secret/x")
                : Answer.text("shown", ["Cross-Origin-Resource-Policy: same-origin"])
        }
    }

    @Test func `E8 an allowed page shows an image, and reads nothing`() throws {
        let site = try Self.site()
        let proxy = try Gateway.proxy(
            Gateway.route("/cdn/", to: site.url()),
            more: "\"cors\": \(Policy.list)"
        )
        for target in ["cdn/a.png", site.url("/a.png")] {
            let response = try proxy.request("GET", target, Self.page)
            #expect(response.text == "shown")
            #expect(response.values(of: "Cross-Origin-Resource-Policy") == ["cross-origin"])
            #expect(response.values(of: "Access-Control-Allow-Origin") == [])
            #expect(response.values(of: "Vary") == ["Origin"])
            let direct = try proxy.request("GET", target)
            #expect(direct.values(of: "Cross-Origin-Resource-Policy") == ["same-origin"])
            #expect(try proxy.request("HEAD", target, Self.page).status == 200)
        }
        let asked = site.requests.count
        for fields in [
            ["Referer: https://evil.example/", "Sec-Fetch-Site: cross-site"], ["Sec-Fetch-Site: cross-site"],
            Self.page + ["Authorization: Basic QTpC"], Self.page + ["X-Forwarded-For: 203.0.113.9"],
            ["Referer: http://localhost:\(proxy.port)/", "Sec-Fetch-Site: cross-site"],
        ] {
            #expect(
                try proxy.request("GET", "cdn/a.png", fields).errorCode == "cross-site-denied",
                "\(fields)"
            )
        }
        #expect(try proxy.request("POST", "cdn/a.png", Self.page).errorCode == "cross-site-denied")
        #expect(site.requests.count == asked)
        _ = try proxy.logLines(with: "embedded by \(Policy.app)")
    }

    @Test func `E8 nowhere near a secret, credentials or a demand for Origin`() throws {
        let site = try Self.site()
        let secret = #""request": {"setHeaders": {"X-Api-Key": "${env:KEY}"}}"#
        func answer(_ route: String, _ more: String = "", cors: String = Policy.list, target: String = "r/x")
            throws
            -> String
        {
            let proxy = try Gateway.proxy(
                Gateway.route("/r/", to: site.url(), route),
                more: "\"cors\": \(cors)\(more.isEmpty ? "" : ", \(more)")",
                environment: ["KEY": "0123456789abcdef"]
            )
            let response = try proxy.request("GET", target, Self.page)
            return response.errorCode ?? response.text
        }
        #expect(try answer("") == "shown")
        #expect(try answer(secret) == "cross-site-denied")
        #expect(try answer(#""request": {"setQuery": {"k": "${env:KEY}"}}"#) == "cross-site-denied")
        #expect(try answer("", cors: Policy.credentials) == "cross-site-denied")
        #expect(try answer(#""cors": {"requireOrigin": true}"#) == "origin-required")
        let rules =
            "\"rules\": [{\"match\": {\"url\": \"http://127.0.0.1:\(site.port)/secret/**\"}, \(secret)}]"
        #expect(try answer("", rules) == "shown")
        #expect(try answer("", rules, target: "r/secret/x") == "cross-site-denied")
        #expect(try answer("", rules, target: site.url("/secret/x")) == "cross-site-denied")
        let prefix = "\"prefix\": {\(secret)}"
        #expect(try answer("", prefix) == "shown")
        #expect(try answer("", prefix, target: site.url("/x")) == "cross-site-denied")
        let required = #""prefix": {"requireHeaders": ["Origin"]}"#
        #expect(try answer("", required, target: site.url("/x")) == "header-required")
        #expect(site.requests.allSatisfy { $0.value(of: "X-Api-Key") == nil && !$0.target.contains("k=") })
    }

    @Test func `E8 a redirect to where a secret is added is the browser's to follow`() throws {
        let site = try Self.site()
        let rules =
            "\"rules\": [{\"match\": {\"url\": \"http://127.0.0.1:\(site.port)/secret/**\"}, \"request\": {\"setHeaders\": {\"X-Api-Key\": \"${env:KEY}\"}}}]"
        let proxy = try Gateway.start(
            "{\"cors\": \(Policy.list), \(rules)}",
            environment: ["KEY": "0123456789abcdef"]
        )
        let response = try proxy.request("GET", site.url("/moved"), Self.page)
        #expect(response.status == 302 && site.targets == ["/moved"])
        let page = try proxy.request("GET", site.url("/moved"), [origin(Policy.app)])
        #expect(page.status == 200 && site.targets == ["/moved", "/moved", "/secret/x"])
    }
}
