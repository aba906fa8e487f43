import TestSupport
import Testing

/// Ports that browsers do not ask: the proxy's own is none of them, so it has to refuse them itself.
@Suite struct BadPortTests {
    @Test func `a target at a bad port is refused, unless a pattern names the port`() throws {
        let response = try ProxyProcess().request("GET", "http://127.0.0.1:6667/", [origin(Policy.local)])
        #expect(response.status == 403 && response.errorCode == "target-denied")
        #expect(response.text.contains("port 6667"))
        #expect(response.value(of: "Access-Control-Allow-Origin") == Policy.local)
        let open = try ProxyProcess(#"{"prefix": {"targets": {"allow": ["*", "127.0.0.1:6667"]}}}"#)
        #expect(try open.request("GET", "http://127.0.0.1:6667/").errorCode == "upstream-connect")
        #expect(try open.request("GET", "http://127.0.0.2:6667/").errorCode == "target-denied")
    }

    @Test(arguments: ["follow", "rewrite"], ["http://127.0.0.1:6667/x", "//localhost:25/"])
    func `a redirect to a bad port is refused, not rewritten`(mode: String, location: String) throws {
        let upstream = try ScriptedUpstream { _ in Answer.redirect(302, to: location) }
        let proxy = try ProxyProcess("{\"prefix\": {\"redirects\": {\"mode\": \"\(mode)\"}}}")
        let response = try proxy.request("GET", upstream.url(), [origin(Policy.local)])
        #expect(response.status == 403 && response.errorCode == "target-denied", "\(response)")
        #expect(response.value(of: "Location") == nil)
        let redirects = "\"redirects\": {\"mode\": \"\(mode)\"}"
        let gateway = try Gateway.proxy(Gateway.route("/r/", to: upstream.url(), redirects))
        #expect(try gateway.request("GET", "r/x").errorCode == "target-denied")
    }

    @Test func `a redirect that passes as it is stays the browser's to refuse`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.redirect(302, to: "http://127.0.0.1:6667/x") }
        let proxy = try ProxyProcess(#"{"prefix": {"redirects": {"mode": "pass"}}}"#)
        let response = try proxy.request("GET", upstream.url())
        #expect(response.status == 302 && response.value(of: "Location") == "http://127.0.0.1:6667/x")
    }
}
