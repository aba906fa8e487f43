import TestSupport
import Testing

@Suite struct LimitsTests {
    private func proxy(_ limits: String) throws -> ProxyProcess {
        try ProxyProcess("{\"limits\": {\(limits)}}")
    }

    @Test(arguments: [
        (#""urlBytes": "1KB""#, 1_500, 0, 0, 414, "url-too-long"),
        (#""headerBytes": "4KB""#, 0, 1, 6_000, 431, "header-too-large"),
        (#""headerCount": 20"#, 0, 40, 1, 431, "header-too-large"),
    ])
    func `a head over a limit is refused and not forwarded`(
        limit: String,
        path: Int,
        count: Int,
        length: Int,
        status: Int,
        code: String
    ) throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("reached") }
        let proxy = try proxy(limit)
        let client = try proxy.connect()
        let fields = (0..<count).map { "X-\($0): \(String(repeating: "v", count: length))" }
        try client.send(proxy.head("GET", upstream.url("/" + String(repeating: "p", count: path)), fields))
        let response = try client.readResponse()
        #expect(response.status == status)
        #expect(response.errorCode == code)
        #expect(response.value(of: "Connection")?.lowercased() == "close")
        try client.readEnding()
        #expect(upstream.openedConnections == 0)
        #expect(try proxy.request("GET", upstream.url("/small")).status == 200)
    }

    @Test(arguments: ["GET /", "GET / HTTP/1.1\r\nX-A: ", "", "POST /x HTTP/1.1\r\nHost: localhost\r\n"])
    func `an endless line is refused before its end`(start: String) throws {
        let client = try ProxyProcess().connect()
        _ = Result {
            try client.send(start)
            for _ in 0..<100 { try client.send(String(repeating: "a", count: 10_000)) }
        }
        let answer = try client.readToEnd()
        // 501: a method of over 32 bytes.
        let statuses = ["400", "414", "431", "501"]
        #expect(answer.isEmpty || statuses.contains { answer.contains(" \($0) ") }, "\(answer)")
    }

    @Test func `a body over requestBody is refused at once, without a 100 and before the upstream is opened`()
        throws
    {
        let upstream = try ScriptedUpstream { _ in Answer.text("reached") }
        let proxy = try proxy(#""requestBody": "1KB""#)
        let client = try proxy.connect()
        let fields = [origin(Policy.local), "Content-Length: 2000", "Expect: 100-continue"]
        try client.send(proxy.head("POST", upstream.url(), fields))
        let response = try client.readResponse(to: "POST")
        #expect(response.status == 413)
        #expect(response.errorCode == "body-too-large")
        #expect(response.interim.isEmpty)
        #expect(response.value(of: "Access-Control-Allow-Origin") == Policy.local)
        try client.readEnding()
        #expect(upstream.openedConnections == 0)
        #expect(
            try proxy.request("POST", upstream.url(), body: String(repeating: "x", count: 1_024)).status
                == 200
        )
    }

    @Test func `a chunked body over requestBody is refused and never completed`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("reached") }
        let proxy = try proxy(#""requestBody": "1KB""#)
        let client = try proxy.connect()
        try client.send(proxy.head("POST", upstream.url(), ["Transfer-Encoding: chunked"]))
        try client.send("400\r\n\(String(repeating: "x", count: 1_024))\r\n1\r\ny\r\n0\r\n\r\n")
        let response = try client.readResponse(to: "POST")
        #expect(response.status == 413)
        #expect(response.errorCode == "body-too-large")
        try client.readEnding()
        #expect(upstream.requests.isEmpty)
    }

    @Test(arguments: ["GET / HT", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: localhost\r\n"])
    func `a head that does not come is a 408 or a close after headerTimeout`(start: String) throws {
        let client = try proxy(#""headerTimeout": "300ms""#).connect()
        try client.send(start)
        let answer = try client.readToEnd(within: .seconds(10))
        #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 408 "), "\(answer)")
    }

    @Test func `headerTimeout is for the whole head, however often a byte comes`() throws {
        let client = try proxy(#""headerTimeout": "500ms", "idleTimeout": "60s""#).connect()
        try client.send("GET / HTTP/1.1\r\nHost: localhost\r\n")
        var answer: [UInt8] = []
        try eventually("the end of the connection", within: .seconds(15)) {
            _ = Result { try client.send("X-A: 1\r\n") }
            if case .success(let bytes) = Result(catching: {
                try client.reader.readSome(within: .milliseconds(50))
            }) {
                answer += bytes
            }
            return client.reader.ending != nil
        }
        let text = String(decoding: answer, as: UTF8.self)
        #expect(text.isEmpty || text.hasPrefix("HTTP/1.1 408 "))
    }

    @Test func `an idle keep-alive connection is closed without bytes`() throws {
        let proxy = try proxy(#""idleTimeout": "300ms""#)
        let client = try proxy.connect()
        try client.send(proxy.head("GET", "iscorsneeded"))
        #expect(try client.readResponse().text == "no")
        #expect(try client.readToEnd(within: .seconds(10)).isEmpty)
    }

    @Test(arguments: ["Content-Length: 100", "Transfer-Encoding: chunked"])
    func `a body that stalls is a 408, and the upstream is let go`(framing: String) throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("reached") }
        let proxy = try proxy(#""bodyTimeout": "300ms""#)
        let client = try proxy.connect()
        try client.send(
            proxy.head("POST", upstream.url(), [framing, origin(Policy.local)]) + "4\r\nhalf\r\n"
        )
        let response = try client.readResponse(to: "POST")
        #expect(response.status == 408)
        #expect(response.errorCode == "request-timeout")
        #expect(response.value(of: "Access-Control-Allow-Origin") == Policy.local)
        try client.readEnding()
        try eventually("the upstream connection is closed") {
            upstream.closedConnections == upstream.openedConnections
        }
        #expect(upstream.requests.isEmpty)
    }

    @Test func `a client that does not read is dropped after writeTimeout, and the upstream let go`() throws {
        let upstream = try ScriptedUpstream { connection in
            _ = try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
            let piece = [UInt8](repeating: 7, count: 1 << 20)
            while true { try connection.socket.write(piece, until: Deadline(in: .seconds(30))) }
        }
        let proxy = try proxy(#""writeTimeout": "500ms""#)
        let client = try proxy.connect(receiveBuffer: 8_192)
        try client.send(proxy.head("GET", upstream.url()))
        _ = try client.readHead()
        try eventually("the upstream connection is closed", within: .seconds(15)) {
            upstream.closedConnections == 1
        }
    }

    @Test func `one connection too many is a 503 that says when to come again`() throws {
        let proxy = try proxy(#""connections": 3"#)
        let held = try (0..<3).map { _ in
            let client = try proxy.connect()
            try client.send(proxy.head("GET", "iscorsneeded"))
            #expect(try client.readResponse().text == "no")
            return client
        }
        let response = try proxy.request("GET", "iscorsneeded")
        #expect(response.status == 503)
        #expect(response.errorCode == "too-many-connections")
        #expect(response.value(of: "Retry-After").flatMap { Int($0) } != nil)
        for client in held { client.socket.close() }
        try eventually("the proxy serves again") { try proxy.request("GET", "iscorsneeded").status == 200 }
    }

    @Test func `connectionsPerAddress counts each address for itself`() throws {
        let proxy = try proxy(#""connectionsPerAddress": 2"#)
        let held = try (0..<2).map { _ in
            let client = try proxy.connect()
            try client.send(proxy.head("GET", "iscorsneeded"))
            #expect(try client.readResponse().text == "no")
            return client
        }
        #expect(try proxy.request("GET", "iscorsneeded").errorCode == "too-many-connections")
        let other = try proxy.connect(from: "127.0.0.2")
        try other.send(proxy.head("GET", "iscorsneeded"))
        #expect(try other.readResponse().text == "no")
        #expect(held.count == 2)
    }

    @Test func `pipelined requests are answered in order, one in flight`() throws {
        let latch = Latch()
        let upstream = try ScriptedUpstream { request in
            if request.target == "/0" { try latch.wait() }
            return Answer.text(request.target)
        }
        let proxy = try ProxyProcess()
        let client = try proxy.connect()
        try client.send((0..<20).map { proxy.head("GET", upstream.url("/\($0)")) }.joined())
        try eventually("the first is in flight") { upstream.requests.count == 1 }
        #expect(try settled("the requests") { upstream.requests.count } == 1)
        latch.open()
        for number in 0..<20 { #expect(try client.readResponse().text == "/\(number)") }
    }

    @Test func `pipelining without end stops being read`() throws {
        let latch = Latch()
        let upstream = try ScriptedUpstream { request in
            try latch.wait(within: .seconds(60))
            return Answer.text(request.target)
        }
        let proxy = try ProxyProcess()
        let client = try proxy.connect()
        let before = proxy.child.residentBytes
        let socket = client.socket
        let piece = Array(String(repeating: proxy.head("GET", upstream.url("/x")), count: 1_000).utf8)
        let sent = Counter()
        let flood = Background {
            for _ in 0..<1_000 {
                try socket.write(piece, until: Deadline(in: .seconds(10)))
                sent.add(piece.count)
            }
        }
        let accepted = try settled("the flood") { sent.value }
        #expect(accepted < 24 << 20)
        #expect(proxy.child.residentBytes - before < 16 << 20)
        client.socket.reset()
        latch.open()
        #expect(throws: (any Error).self) { try flood.value() }
    }

    @Test func `HTTP/1.0 needs no Host, closes by default and gets no chunks`() throws {
        let upstream = try ScriptedUpstream { _ in
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
        }
        let proxy = try ProxyProcess(GuardTests.opensLoopback)
        let client = try proxy.connect()
        try client.send("GET /\(upstream.url()) HTTP/1.0\r\n\r\n")
        let head = try client.readHead()
        #expect(head.status == 200)
        #expect(head.value(of: "Transfer-Encoding") == nil)
        #expect(try client.readToEnd() == "hello")
        #expect(client.reader.ending == .closed)
        #expect(upstream.requests.first?.startLine.hasSuffix("HTTP/1.1") == true)
    }

    @Test func `HTTP/1.0 gets no 100`() throws {
        let upstream = try ScriptedUpstream { request in Answer.text(request.text) }
        let client = try ProxyProcess(GuardTests.opensLoopback).connect()
        try client.send(
            "POST /\(upstream.url()) HTTP/1.0\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello"
        )
        let response = try client.readResponse(to: "POST")
        #expect(response.interim.isEmpty)
        #expect(response.text == "hello")
    }

    @Test func `an unknown expectation is a 417 or ignored`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let response = try ProxyProcess().request("GET", upstream.url(), ["Expect: the-unexpected"])
        #expect(response.status == 200 || response.errorCode == "expectation-failed")
    }

    @Test func `a keep-alive connection serves own pages, errors and upstreams in turn`() throws {
        let upstream = try ScriptedUpstream { request in Answer.text(request.text) }
        let proxy = try ProxyProcess()
        let client = try proxy.connect()
        for _ in 0..<3 {
            try client.send(proxy.head("GET", "iscorsneeded"))
            #expect(try client.readResponse().text == "no")
            try client.send(proxy.head("GET", "ftp://h/"))
            #expect(try client.readResponse().errorCode == "target-scheme")
            try client.send(proxy.head("POST", upstream.url(), body: "hello") + "hello")
            #expect(try client.readResponse(to: "POST").text == "hello")
        }
    }
}
