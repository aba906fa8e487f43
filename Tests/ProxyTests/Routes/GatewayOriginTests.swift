import TestSupport
import Testing

/// Which Origin targets are sent.
struct GatewayOriginTests {
    @Test func `a target is sent the Origin that upstream.origin says, and the page is answered by its own`()
        throws
    {
        let other = try ScriptedUpstream.named("other")
        let upstream = try ScriptedUpstream { request in
            request.target == "/away"
                ? Answer.redirect(302, to: other.url("/x"))
                : Answer.text("ok", ["Access-Control-Allow-Origin: http://a.example"])
        }
        let proxy = try Gateway.proxy(
            Gateway.route("/own/", to: upstream.url("/"), #""upstream": {"origin": "target"}"#),
            Gateway.route("/none/", to: upstream.url("/"), #""upstream": {"origin": "none"}"#),
            Gateway.route("/page/", to: upstream.url("/"), #""upstream": {"origin": "page"}"#),
            more: #""upstream": {"origin": "target"}"#
        )
        for path in ["own/x", "none/x", "page/x", upstream.url("/x")] {
            let response = try proxy.request("GET", path, [origin(Policy.local)])
            #expect(response.values(of: "Access-Control-Allow-Origin") == [Policy.local], "\(path)")
        }
        let own = "http://127.0.0.1:\(upstream.port)"
        #expect(upstream.requests.map { $0.value(of: "Origin") } == [own, nil, Policy.local, own])

        #expect(try proxy.request("GET", upstream.url("/away"), [origin(Policy.local)]).text == "other")
        #expect(other.requests.map { $0.value(of: "Origin") } == ["http://127.0.0.1:\(other.port)"])
    }
}
