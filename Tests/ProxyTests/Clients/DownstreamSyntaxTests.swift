import TestSupport
import Testing

@Suite struct DownstreamSyntaxTests {
    @Test(arguments: Malformed.framing)
    func `a request whose end is in doubt is refused and never forwarded`(vector: Malformed) throws {
        try expectRefusal(of: vector)
    }

    @Test(arguments: Malformed.lines)
    func `a malformed line is refused and never forwarded`(vector: Malformed) throws {
        try expectRefusal(of: vector)
    }

    @Test(arguments: Malformed.requestLines)
    func `a malformed request line or Host is refused and never forwarded`(vector: Malformed) throws {
        try expectRefusal(of: vector)
    }

    @Test(
        arguments: [
            [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03],
            Array("SSH-2.0-OpenSSH_9.2\r\n".utf8),
            [0x00, 0x00, 0x00, 0x00], [0xFF, 0xFF, 0xFF, 0xFF, 0x0D, 0x0A, 0x0D, 0x0A],
        ] as [[UInt8]]
    )
    func `bytes of another protocol bring 400 or a close`(bytes: [UInt8]) throws {
        let proxy = try Shared.proxy.get()
        let client = try proxy.connect()
        try client.send(bytes)
        let answer = try client.readToEnd()
        #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 400 "), "\(answer)")
    }

    @Test(arguments: ["CONNECT localhost:80", "CONNECT /T", "TRACE /T", "TRACK /T"])
    func `CONNECT, TRACE and TRACK are never forwarded`(line: String) throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("reached") }
        let proxy = try Shared.proxy.get()
        let client = try proxy.connect()
        let start = line.replacing("/T", with: "/\(upstream.url())")
        try client.send("\(start) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        let head = try client.readHead()
        #expect([400, 405, 501].contains(head.status))
        #expect(head.value(of: "Connection") == "close")
        #expect(upstream.openedConnections == 0)
    }

    @Test func `what follows a refused CONNECT is not read as a request`() throws {
        let client = try Shared.proxy.get().connect()
        try client.send(
            "CONNECT h:443 HTTP/1.1\r\nHost: localhost\r\n\r\nGET /iscorsneeded HTTP/1.1\r\nHost: localhost\r\n\r\n"
        )
        let answer = try client.readToEnd()
        #expect(answer.hasPrefix("HTTP/1.1 405 "))
        #expect(!answer.contains("200 OK"))
    }

    @Test func `a method over 32 bytes brings 501 and a close`() throws {
        let client = try Shared.proxy.get().connect()
        try client.send("\(String(repeating: "M", count: 33)) / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        let answer = try client.readToEnd()
        #expect(answer.hasPrefix("HTTP/1.1 501 ") && answer.contains(#""code":"method-too-long""#))
    }

    @Test(arguments: ["http://example.com/", "http://localhost.example.com/x", "https://10.0.0.1/"])
    func `absolute-form of another authority is refused`(target: String) throws {
        for host in ["localhost", "example.com"] {
            let client = try Shared.proxy.get().connect()
            try client.send("GET \(target) HTTP/1.1\r\nHost: \(host)\r\n\r\n")
            #expect([400, 404, 421].contains(try client.readHead().status))
        }
    }

    @Test func `absolute-form is never a way to a target`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("reached") }
        let client = try Shared.proxy.get().connect()
        try client.send("GET \(upstream.url("/x")) HTTP/1.1\r\nHost: \(upstream.authority)\r\n\r\n")
        #expect(try client.readHead().status != 502)
        #expect(upstream.openedConnections == 0)
    }

    @Test(arguments: ["GET localhost:80", "GET *", "POST example.com:443"])
    func `authority-form and the asterisk are no targets`(line: String) throws {
        let client = try Shared.proxy.get().connect()
        try client.send("\(line) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
        #expect([400, 404].contains(try client.readResponse().status))
    }

    @Test func `OPTIONS * is answered or refused here`() throws {
        let client = try Shared.proxy.get().connect()
        try client.send("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect([200, 204, 400, 404].contains(try client.readResponse(to: "OPTIONS").status))
    }

    @Test(arguments: ["GET", "HEAD", "DELETE", "OPTIONS"])
    func `a body of a method that needs none is never left in the buffer`(method: String) throws {
        let upstream = try ScriptedUpstream { request in
            request.method == "HEAD" ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" : Answer.text("ok")
        }
        let proxy = try Shared.proxy.get()
        let client = try proxy.connect()
        let smuggled = "GET /\(upstream.url("/smuggled")) HTTP/1.1\r\nHost: localhost\r\n\r\n"
        try client.send(proxy.head(method, upstream.url("/first"), body: smuggled) + smuggled + smuggled)
        let first = try client.readResponse(to: method)
        if first.status == 200 {
            try client.send(proxy.head("GET", upstream.url("/next"), ["Connection: close"]))
            _ = try client.readToEnd()
            #expect(upstream.requests.map(\.target) == ["/first", "/smuggled", "/next"])
            #expect(upstream.requests.first?.text == smuggled)
        } else {
            _ = try client.readToEnd()
            #expect(!upstream.requests.map(\.target).contains("/smuggled"))
        }
    }

    @Test func `up to two empty lines before a request are skipped`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let proxy = try Shared.proxy.get()
        let client = try proxy.connect()
        try client.send("\r\n\r\n" + proxy.head("GET", upstream.url()))
        #expect(try client.readResponse().text == "ok")
    }

    @Test func `a request cut at every byte is served as in one piece`() throws {
        let upstream = try ScriptedUpstream { request in Answer.text(request.target + request.text) }
        let proxy = try Shared.proxy.get()
        let client = try proxy.connect()
        let request =
            Array(proxy.head("POST", upstream.url("/cut"), ["Transfer-Encoding: chunked"]).utf8)
            + Array("2;a=b\r\nhi\r\n0\r\nX-T: 1\r\n\r\n".utf8)
        for cut in 0...request.count {
            try client.send(Array(request[..<cut]))
            try client.send(Array(request[cut...]))
            #expect(try client.readResponse(to: "POST").text == "/cuthi")
        }
        for byte in request { try client.send([byte]) }
        #expect(try client.readResponse(to: "POST").text == "/cuthi")
        #expect(upstream.requests.allSatisfy { $0.value(of: "X-T") == nil }, "trailers are never merged")
    }

    @Test func `nothing behind Connection: close is served`() throws {
        let upstream = try ScriptedUpstream { request in Answer.text(request.target) }
        let proxy = try Shared.proxy.get()
        let client = try proxy.connect()
        try client.send(
            proxy.head("GET", upstream.url("/first"), ["Connection: close"])
                + proxy.head("GET", upstream.url("/second"))
        )
        #expect(try client.readResponse().text == "/first")
        #expect(try client.readToEnd().isEmpty)
        #expect(upstream.requests.map(\.target) == ["/first"])
    }

    @Test func `a request cut off by a half-close is never completed`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("reached") }
        let proxy = try Shared.proxy.get()
        for text in [
            "GET /\(upstream.url()) HTTP/1.1\r\nHost: local",
            proxy.head("POST", upstream.url(), ["Content-Length: 9"]) + "half",
            proxy.head("POST", upstream.url(), ["Transfer-Encoding: chunked"]) + "9\r\nhalf",
        ] {
            let client = try proxy.connect()
            try client.send(text)
            client.socket.finishWriting()
            let answer = try client.readToEnd()
            #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 400 "), "\(answer)")
        }
        #expect(upstream.requests.isEmpty)
    }

    @Test func `a half-close behind a whole request is answered`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let proxy = try Shared.proxy.get()
        let client = try proxy.connect()
        try client.send(proxy.head("GET", upstream.url()))
        client.socket.finishWriting()
        let answer = try client.readToEnd()
        #expect(answer.isEmpty || answer.hasSuffix("ok"), "\(answer)")
    }

    @Test func `a half-close behind a whole request is answered, however long the upstream takes`() throws {
        let gate = Latch()
        let upstream = try ScriptedUpstream { _ in
            try gate.wait()
            return Answer.text("late")
        }
        let client = try Shared.proxy.get().connect()
        try client.send(try Shared.proxy.get().head("GET", upstream.url()))
        client.socket.finishWriting()
        // What asks whether the client is there says that it has been silent for long enough to be given up.
        for _ in 1...2 {
            let interim = try client.read(through: "\r\n\r\n")
            #expect(interim.hasPrefix("HTTP/1.1 102 "), "\(interim)")
        }
        gate.open()
        let answer = try client.readToEnd()
        #expect(answer.hasPrefix("HTTP/1.1 200 ") && answer.hasSuffix("late"), "\(answer)")
    }

    @Test func `a client that leaves some time after a half-close is noticed within two seconds`() throws {
        let upstream = try ScriptedUpstream { connection in
            _ = try connection.readRequest()
            try connection.awaitClose(within: .seconds(60))
        }
        let client = try Shared.proxy.get().connect()
        try client.send(try Shared.proxy.get().head("GET", upstream.url()))
        client.socket.finishWriting()
        _ = try client.read(through: "\r\n\r\n")
        client.socket.close()
        try eventually("the upstream connection is closed", within: .seconds(2)) {
            upstream.closedConnections == 1
        }
    }

    /// Sends a malformed request and a good one behind it: one refusal, then the end, and nothing upstream.
    private func expectRefusal(of vector: Malformed) throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("reached") }
        let proxy = try Shared.proxy.get()
        let client = try proxy.connect()
        let text = Array(upstream.url("/malformed").utf8)
        try client.send(vector.bytes.replacing(Array("/T".utf8), with: [UInt8(ascii: "/")] + text))
        // The proxy may have closed by now.
        _ = Result { try client.send(proxy.head("GET", upstream.url("/behind"))) }
        let response = try client.readResponse()
        #expect(vector.statuses.contains(response.status), "\(response)")
        #expect(response.value(of: "Connection")?.lowercased() == "close")
        #expect(response.errorCode != nil)
        #expect(try client.readToEnd().isEmpty, "nothing behind an error is served")
        #expect(upstream.requests.isEmpty)
    }

    /// One proxy serves all the vectors: it has to live through them.
    private enum Shared {
        static let proxy = Result { try ProxyProcess() }
    }
}
