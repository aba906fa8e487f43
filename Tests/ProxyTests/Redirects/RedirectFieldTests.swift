import TestSupport
import Testing

@Suite struct RedirectFieldTests {
    @Test func `with the body go all fields that describe it`() throws {
        let upstream = try ScriptedUpstream { request in
            request.target == "/a" ? Answer.redirect(303, to: "/b") : Answer.text(request.method)
        }
        let fields = [
            "Content-Type: text/plain", "Content-Language: en", "Content-Encoding: identity",
            "Content-Location: /x", "X-Kept: 1",
        ]
        let response = try ProxyProcess().request("POST", upstream.url("/a"), fields, body: "x")
        #expect(response.text == "GET")
        let second = try #require(upstream.requests.last)
        #expect(second.target == "/b")
        for name in [
            "Content-Type", "Content-Language", "Content-Encoding", "Content-Location", "Content-Length",
        ] {
            #expect(second.value(of: name) == nil, "\(name)")
        }
        #expect(second.value(of: "X-Kept") == "1")
        #expect(upstream.requests.first?.value(of: "Content-Language") == "en")
    }

    @Test func `what an upstream says of redirects is not taken for the proxy's word`() throws {
        let upstream = try ScriptedUpstream { _ in
            Answer.text(
                "ok",
                ["X-CORS-Redirect-1: 302 http://bank.example/", "X-Final-URL: http://bank.example/"]
            )
        }
        let response = try ProxyProcess().request("GET", upstream.url("/a"))
        #expect(response.value(of: "X-CORS-Redirect-1") == nil)
        #expect(response.values(of: "X-Final-URL") == [upstream.url("/a")])
    }

    @Test func `a field that the configuration sets stays behind at another origin`() throws {
        let other = try ScriptedUpstream { request in Answer.text(request.value(of: "X-Key") ?? "none") }
        let upstream = try ScriptedUpstream { request in
            switch request.target {
            case "/other": Answer.redirect(307, to: other.url())
            case "/same": Answer.redirect(307, to: "/end")
            default: Answer.text(request.value(of: "X-Key") ?? "none")
            }
        }
        let proxy = try ProxyProcess(#"{"prefix": {"request": {"setHeaders": {"X-Key": "secret"}}}}"#)
        #expect(try proxy.request("GET", upstream.url("/same"), ["X-Key: mine"]).text == "secret")
        #expect(try proxy.request("GET", upstream.url("/other"), ["X-Key: mine"]).text == "none")
    }

    @Test(arguments: ["deny", "allow"])
    func `a redirect to a target that is not allowed is refused at its hop`(list: String) throws {
        let inner = try ScriptedUpstream(host: "127.0.0.2") { _ in Answer.text("reached") }
        let upstream = try ScriptedUpstream { _ in Answer.redirect(302, to: inner.url()) }
        let patterns = list == "deny" ? #""deny": ["127.0.0.2:*"]"# : #""allow": ["127.0.0.1:*"]"#
        let proxy = try ProxyProcess("{\"prefix\": {\"targets\": {\(patterns)}}}")
        let response = try proxy.request("GET", upstream.url())
        #expect(response.status == 403)
        #expect(response.errorCode == "target-denied")
        #expect(inner.openedConnections == 0)
    }

    @Test(arguments: [
        ("ftp://h/x", "target-scheme"), ("javascript:alert(1)", "target-scheme"),
        ("http://user:word@h/", "target-credentials"),
    ])
    func `a redirect to what must not be asked is refused, and not handed back`(
        location: String,
        code: String
    ) throws {
        let upstream = try ScriptedUpstream { _ in Answer.redirect(302, to: location) }
        let response = try ProxyProcess().request("GET", upstream.url())
        #expect(response.errorCode == code)
        #expect(response.value(of: "Location") == nil)
    }
}
