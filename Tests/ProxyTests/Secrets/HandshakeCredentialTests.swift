import TestSupport
import Testing

/// Whose cookies and passwords the target of a WebSocket gets.
@Suite struct HandshakeCredentialTests {
    @Test func `a page of another origin opens a WebSocket without the user's cookies and passwords`() throws
    {
        let upstream = try ScriptedUpstream { _ in Answer.text("no WebSocket", status: "403 Forbidden") }
        let proxy = try Gateway.proxy(
            Gateway.route("/shop/", to: upstream.url("/"), #""name": "shop""#),
            more: #""cors": {"allowedOrigins": "*"}, "prefix": {"enabled": false}"#
        )
        let host = "shop.localhost:\(proxy.port)"
        let user = ["Cookie: session=1", "Authorization: Basic dTpw"]
        let handshake = [
            "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        ]
        for (page, fields, brings) in [
            (Policy.stranger, handshake, false), ("null", handshake, false),
            ("http://\(host)", handshake, true),
            (nil, handshake, true), (Policy.stranger, [], true),
        ] as [(String?, [String], Bool)] {
            let asker = page.map { [origin($0)] } ?? []
            let response = try proxy.request("GET", "feed", host: host, user + fields + asker)
            #expect(response.text == "no WebSocket", "\(response)")
            let request = try #require(upstream.requests.last)
            #expect(request.values(of: "Cookie") == (brings ? ["session=1"] : []), "\(page ?? "no page")")
            #expect(request.values(of: "Authorization") == (brings ? ["Basic dTpw"] : []))
            #expect(request.values(of: "Origin") == (page.map { [$0] } ?? []))
        }
        #expect(upstream.requests.count == 5)
    }
}
