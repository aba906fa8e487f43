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
        for name in ["Content-Type", "Content-Language", "Content-Encoding", "Content-Location", "Content-Length"] {
            #expect(second.value(of: name) == nil, "\(name)")
        }
        #expect(second.value(of: "X-Kept") == "1")
        #expect(upstream.requests.first?.value(of: "Content-Language") == "en")
    }

    @Test func `what an upstream says of redirects is not taken for the proxy's word`() throws {
        let upstream = try ScriptedUpstream { _ in
            Answer.text("ok", ["X-CORS-Redirect-1: 302 http://bank.example/", "X-Final-URL: http://bank.example/"])
        }
        let response = try ProxyProcess().request("GET", upstream.url("/a"))
        #expect(response.value(of: "X-CORS-Redirect-1") == nil)
        #expect(response.values(of: "X-Final-URL") == [upstream.url("/a")])
    }
}
