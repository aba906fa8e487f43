import Foundation
import TestSupport
import Testing

/// Peers that leave at the worst moment: what they did last and their leaving arrive together.
@Suite struct DepartureTests {
    private func echo() throws -> ScriptedUpstream {
        try ScriptedUpstream { request in Answer.text(request.target) }
    }

    /// A client whose connection the proxy has served before.
    private func client(of proxy: ProxyProcess) throws -> RawClient {
        let client = try proxy.connect()
        try client.send(proxy.head("GET", "iscorsneeded"))
        #expect(try client.readResponse().text == "no")
        return client
    }

    @Test func `a client that resets behind Expect is given up, and nothing is asked for it`() throws {
        let upstream = try echo()
        let proxy = try ProxyProcess(#"{"shards": 1}"#)
        let client = try client(of: proxy)
        let head = proxy.head("POST", upstream.url("/gone"), ["Expect: 100-continue", "Content-Length: 5"])
        try proxy.held {
            try client.send(head)
            client.socket.reset()
        }
        #expect(try proxy.serves(upstream))
        #expect(upstream.requests.map(\.target) == ["/alive/1", "/alive/2"])
        #expect(try proxy.logLines(with: "/gone").count == 1)
    }

    @Test(arguments: ["GET", "HEAD"])
    func `a client that resets behind its request is given up`(method: String) throws {
        let upstream = try echo()
        let proxy = try ProxyProcess(#"{"shards": 1}"#)
        let client = try client(of: proxy)
        try proxy.held {
            try client.send(proxy.head(method, upstream.url("/gone")))
            client.socket.reset()
        }
        #expect(try proxy.serves(upstream))
        #expect(try proxy.logLines(with: "/gone").count == 1)
    }

    @Test(arguments: ["Content-Length: 100", "Transfer-Encoding: chunked"])
    func `a client that resets while a piece of the body arrives is given up`(framing: String) throws {
        let latch = Latch()
        let sent = Latch()
        let upstream = try ScriptedUpstream { connection in
            while let request = try connection.readRequest() {
                guard request.target == "/gone" else {
                    try connection.send(Answer.text(request.target))
                    continue
                }
                try connection.send("HTTP/1.1 200 OK\r\n\(framing)\r\n\r\n5\r\nhello\r\n")
                try latch.wait()
                try connection.send("5\r\nworld\r\n")
                sent.open()
                try connection.awaitClose()
            }
        }
        let proxy = try ProxyProcess(#"{"shards": 1}"#)
        let client = try client(of: proxy)
        try client.send(proxy.head("GET", upstream.url("/gone")))
        _ = try client.read(through: "hello")
        try proxy.held {
            latch.open()
            try sent.wait()
            client.socket.reset()
        }
        #expect(try proxy.serves(upstream))
        #expect(try proxy.logLines(with: "/gone").count == 1)
        try eventually("the upstream connection is closed") { upstream.closedConnections >= 1 }
    }

    @Test func `an upstream that resets in the middle of a large upload becomes a 502`() throws {
        let began = Latch()
        let latch = Latch()
        let upstream = try ScriptedUpstream { connection in
            while let head = try connection.readHead() {
                guard head.target == "/upload" else {
                    try connection.send(Answer.text(head.target))
                    continue
                }
                began.open()
                try latch.wait(within: .seconds(60))
                return connection.reset()
            }
        }
        let proxy = try ProxyProcess(#"{"shards": 1}"#)
        let client = try proxy.connect()
        try client.send(proxy.head("POST", upstream.url("/upload"), ["Content-Length: 100000000"]))
        try began.wait()
        let sent = Counter()
        let socket = client.socket
        let upload = Background {
            let piece = [UInt8](repeating: 7, count: 100_000)
            for _ in 0..<1_000 {
                try socket.write(piece)
                sent.add(piece.count)
            }
        }
        #expect(try settled("the upload") { sent.value } < 100_000_000)
        latch.open()
        let response = try client.readResponse(to: "POST")
        #expect(response.status == 502)
        #expect(response.errorCode == "upstream-closed")
        #expect(try proxy.serves(upstream))
        #expect(try proxy.logLines(with: "/upload").count == 1)
        client.socket.close()
        // It may have come to its end: what follows the response is taken and thrown away for a moment.
        _ = Result { try upload.value() }
    }
}
