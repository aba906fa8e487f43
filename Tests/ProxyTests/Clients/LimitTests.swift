import TestSupport
import Testing

@Suite struct LimitTests {
    @Test(arguments: [1_024, 1_025])
    func `a body without a length is cut off beyond limits.responseBody, and complete up to it`(size: Int)
        throws
    {
        let upstream = try ScriptedUpstream { _ in
            let body = String(repeating: "x", count: size)
            return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "1\r\ny\r\n\(String(size - 1, radix: 16))\r\n\(body.dropLast())\r\n0\r\n\r\n"
        }
        let proxy = try ProxyProcess(#"{"limits": {"responseBody": "1KB"}}"#)
        let response = try proxy.request("GET", upstream.url())
        #expect(response.isComplete == (size == 1_024))
        #expect(response.body.count <= 1_024)
    }

    @Test func `an expectation that is not known is refused and nothing is forwarded`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("reached") }
        let proxy = try ProxyProcess()
        let response = try proxy.request("GET", upstream.url(), ["Expect: the-unexpected"])
        #expect(response.status == 417)
        #expect(response.errorCode == "expectation-failed")
        #expect(upstream.openedConnections == 0)
    }

    @Test func `a refusal reaches a client that is still sending, and no reset destroys it`() throws {
        let proxy = try ProxyProcess(#"{"limits": {"requestBody": "1KB"}}"#)
        for _ in 0..<10 {
            let client = try proxy.connect()
            let body = String(repeating: "x", count: 100_000)
            try client.send(proxy.head("POST", "http://127.0.0.1:2/", body: body) + body)
            #expect(try client.readResponse(to: "POST").errorCode == "body-too-large")
            #expect(try client.readEnding() == .closed)
        }
    }
}
