import TestSupport
import Testing

/// X-Request-Id on both sides, in errors and in the log.
@Suite struct RequestIDTests {
    private let trusting = #"{"trustedProxies": ["127.0.0.0/8"], "log": {"format": "json"}}"#

    @Test func `an id is made, sent upstream and back, and is the one of the log`() throws {
        let upstream = try ScriptedUpstream { _ in
            Answer.text("ok", ["X-Request-Id: of-the-upstream"])
        }
        let proxy = try ProxyProcess(#"{"log": {"format": "json"}}"#)
        let answer = try proxy.request(
            "GET",
            upstream.url("/id"),
            [origin(Policy.local), "X-Request-Id: of-a-stranger"]
        )
        let ids = answer.values(of: "X-Request-Id")
        #expect(ids.count == 1)
        let id = try #require(ids.first)
        #expect(id != "of-a-stranger" && id != "of-the-upstream")
        #expect(upstream.requests.first?.values(of: "X-Request-Id") == [id])
        let line = try #require(try proxy.logLines(with: "/id").first)
        #expect(try JSONText.object(line.utf8)["requestId"] as? String == id)
        let next = try proxy.request("GET", upstream.url("/id"))
        #expect(next.values(of: "X-Request-Id") != [id])
    }

    @Test func `a trusted peer's id is taken over`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let proxy = try ProxyProcess(trusting)
        let id = "Front-1.2_3:4/5+6=" + String(repeating: "x", count: 110)
        let answer = try proxy.request("GET", upstream.url("/"), ["X-Request-Id: \(id)"])
        #expect(answer.values(of: "X-Request-Id") == [id])
        #expect(upstream.requests.first?.values(of: "X-Request-Id") == [id])
    }

    @Test(arguments: [
        ["X-Request-Id: a b"], ["X-Request-Id: a\"b"], ["X-Request-Id:"], ["X-Request-Id: \u{E9}"],
        ["X-Request-Id: one", "X-Request-Id: two"],
        ["X-Request-Id: " + String(repeating: "x", count: 129)],
    ])
    func `an id that is no plain one is replaced`(fields: [String]) throws {
        let proxy = try ProxyProcess(trusting)
        let ids = try proxy.request("GET", "iscorsneeded", fields).values(of: "X-Request-Id")
        #expect(ids.count == 1)
        #expect(ids.first?.contains("-0-") == true || ids.first?.contains("-1-") == true, "\(ids)")
    }

    @Test func `an error's body names the id, and a page may read the field`() throws {
        let proxy = try ProxyProcess(
            trusting.replacing("{\"trusted", with: "{\"cors\": {\"exposedHeaders\": []}, \"trusted")
        )
        let answer = try proxy.request(
            "GET",
            "http://10.0.0.1/",
            [origin(Policy.local), "X-Request-Id: of-the-front"]
        )
        #expect(answer.text.contains(#""requestId":"of-the-front""#))
        #expect(answer.values(of: "X-Request-Id") == ["of-the-front"])
        let exposed = answer.values(of: "Access-Control-Expose-Headers").joined(separator: ",")
        #expect(exposed.contains("x-request-id"), "\(exposed)")
    }

    @Test func `an operator's edits of the field count`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let proxy = try ProxyProcess(
            #"{"prefix": {"request": {"removeHeaders": ["X-Request-Id"]}, "response": {"removeHeaders": ["X-Request-Id"]}}}"#
        )
        let answer = try proxy.request("GET", upstream.url("/"))
        #expect(answer.values(of: "X-Request-Id").isEmpty)
        #expect(upstream.requests.first?.values(of: "X-Request-Id") == [])
    }
}
