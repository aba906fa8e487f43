import TestSupport
import Testing

/// How a response ends decides whether its connection may serve another request.
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

    @Test(arguments: ["HTTP/1.1 200 OK\r\nConnection: close", "HTTP/1.0 200 OK"])
    func `a connection that the upstream will close is not used again, though it stays open`(head: String)
        throws
    {
        let upstream = try ScriptedUpstream { connection in
            guard let request = try connection.readRequest() else { return }
            try connection.send("\(head)\r\nContent-Length: 2\r\n\r\n\(request.target)")
            try connection.awaitClose()
        }
        let proxy = try ProxyProcess(#"{"shards": 1}"#)
        for path in ["/a", "/b", "/c"] {
            #expect(try proxy.request("POST", upstream.url(path), body: "x").text == path)
        }
        #expect(upstream.openedConnections == 3)
    }

    @Test func `a connection whose request was answered early is not used again`() throws {
        let upstream = try ScriptedUpstream { connection in
            while let head = try connection.readHead() {
                try connection.send(Answer.text(head.target))
                if head.target == "/early" { return try connection.awaitClose() }
            }
        }
        let proxy = try ProxyProcess(#"{"shards": 1}"#)
        let client = try proxy.connect()
        try client.send(proxy.head("POST", upstream.url("/early"), ["Content-Length: 1000"]) + "half")
        let response = try client.readResponse(to: "POST")
        #expect(response.text == "/early")
        #expect(response.value(of: "Connection") == "close")
        #expect(try proxy.request("GET", upstream.url("/next")).text == "/next")
        try eventually("the upstream sees the end") { upstream.closedConnections >= 1 }
    }

    @Test func `a body without a length that ends by a reset is not complete`() throws {
        let latch = Latch()
        let upstream = try ScriptedUpstream { connection in
            _ = try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\n\r\nhello")
            try latch.wait()
            connection.reset()
        }
        let proxy = try ProxyProcess()
        let client = try proxy.connect()
        try client.send(proxy.head("GET", upstream.url()))
        let head = try client.readHead()
        var body = client.body(of: head)
        #expect(try body.next() == Array("hello".utf8))
        latch.open()
        #expect(try body.next() == nil)
        #expect(!body.isComplete)
    }

    @Test(arguments: ["Content-Length: 0", "Content-Length: 5", "Transfer-Encoding: chunked"])
    func `RFC 9110 §15.3.5 a 204 has neither a length nor a body`(framing: String) throws {
        let upstream = try ScriptedUpstream { _ in "HTTP/1.1 204 No Content\r\n\(framing)\r\n\r\n" }
        let proxy = try ProxyProcess()
        let client = try proxy.connect()
        for _ in 0..<2 {
            try client.send(proxy.head("GET", upstream.url()))
            let head = try client.readHead()
            #expect(head.status == 204)
            #expect(head.value(of: "Content-Length") == nil)
            #expect(head.value(of: "Transfer-Encoding") == nil)
        }
    }

    @Test
    func `a connection with bytes behind the response is not used again, though they were read with it`()
        throws
    {
        let upstream = try ScriptedUpstream { connection in
            while let request = try connection.readRequest() {
                // In one piece, so that both are read at once.
                try connection.send(Answer.text(request.target) + "HTTP/1.1 200 OK\r\nContent-Le")
            }
        }
        let proxy = try ProxyProcess(#"{"shards": 1}"#)
        for path in ["/a", "/b", "/c"] {
            #expect(try proxy.request("GET", upstream.url(path)).text == path)
        }
        #expect(upstream.requests.map(\.connection) == [0, 1, 2])
    }

    // MARK: Repeating

    /// An upstream whose connections serve one request, and break with the next one after these bytes.
    private func breaking(after bytes: String) throws -> ScriptedUpstream {
        try ScriptedUpstream { connection in
            guard let first = try connection.readRequest() else { return }
            try connection.send(Answer.text(first.target))
            guard try connection.readRequest() != nil else { return }
            try connection.send(bytes)
        }
    }

    @Test(arguments: ["H", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 100 Continue\r\n\r\n"])
    func `a request is not repeated once a byte of an answer has come`(bytes: String) throws {
        let upstream = try breaking(after: bytes)
        let proxy = try ProxyProcess(#"{"shards": 1}"#)
        #expect(try proxy.request("GET", upstream.url("/a")).text == "/a")
        let response = try proxy.request("GET", upstream.url("/b"))
        #expect(response.status == 502)
        #expect(upstream.requests.map(\.target) == ["/a", "/b"])
    }

    @Test(arguments: ["PUT", "DELETE"])
    func `a request with a body is not repeated`(method: String) throws {
        let upstream = try breaking(after: "")
        let proxy = try ProxyProcess(#"{"shards": 1}"#)
        #expect(try proxy.request("GET", upstream.url("/a")).text == "/a")
        let response = try proxy.request(method, upstream.url("/b"), body: "x")
        #expect(response.status == 502)
        #expect(upstream.requests.map(\.target) == ["/a", "/b"])
    }
}
