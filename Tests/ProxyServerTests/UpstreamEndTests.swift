import TestSupport
import Testing

@Suite struct UpstreamEndTests {
    @Test func `a connection that ends with its response is not kept`() throws {
        let latch = Latch()
        let sent = Latch()
        let upstream = try ScriptedUpstream { connection in
            guard try connection.readRequest() != nil else { return }
            try latch.wait()
            try connection.send(Answer.text("ok"))
            connection.socket.finishWriting()
            sent.open()
            try connection.awaitClose()
        }
        let proxy = try ProxyProcess(#"{"upstream": {"poolIdleTimeout": "600s"}}"#)
        let client = try proxy.connect()
        try client.send(proxy.head("GET", upstream.url()))
        try eventually("the request is there") { upstream.requests.count == 1 }
        try proxy.held {
            latch.open()
            try sent.wait()
        }
        #expect(try client.readResponse().text == "ok")
        try eventually("the upstream sees the end") { upstream.closedConnections == 1 }
    }
}
