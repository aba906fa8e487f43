import TestSupport
import Testing

@Suite struct BodyTimeoutTests {
    @Test func `the client is not blamed for the time in which the proxy did not read`() throws {
        let release = Latch()
        let arrived = Latch()
        let upstream = try ScriptedUpstream { connection in
            while let head = try connection.readHead() {
                if head.target == "/first" {
                    try release.wait(within: .seconds(60))
                } else {
                    var body = connection.body(of: head)
                    var count = 0
                    while count < 65_536, let piece = try body.next() { count += piece.count }
                    arrived.open()
                    _ = try body.rest()
                }
                try connection.send(Answer.text(head.target))
            }
        }
        let proxy = try ProxyProcess(
            #"{"shards": 1, "limits": {"bodyTimeout": "1s"}, "upstream": {"maxConnectionsPerHost": 1}}"#
        )
        let first = try proxy.connect()
        try first.send(proxy.head("GET", upstream.url("/first")))
        try eventually("the only connection is taken") { upstream.openedConnections == 1 }
        let client = try proxy.connect()
        // As much as the proxy takes before it has a connection to the upstream, and one byte.
        try client.send(proxy.head("POST", upstream.url("/second"), ["Content-Length: 65537"]))
        try client.send([UInt8](repeating: 7, count: 65_536))
        for _ in 0..<3 { _ = try settled("the proxy") { proxy.child.cpuMilliseconds } }
        release.open()
        #expect(try first.readResponse().text == "/first")
        try arrived.wait()
        try client.send([7])
        let response = try client.readResponse(to: "POST")
        #expect(response.status == 200)
        #expect(response.text == "/second")
    }
}
