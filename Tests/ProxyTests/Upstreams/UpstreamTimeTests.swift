import TestSupport
import Testing

/// Upstreams that are slow, silent or not there.
@Suite struct UpstreamTimeTests {
    private func proxy(_ upstream: String) throws -> ProxyProcess {
        try ProxyProcess("{\"upstream\": {\(upstream)}}")
    }

    private func expect(_ response: RawResponse, _ status: Int, _ code: String) {
        #expect(response.status == status, "\(response)")
        #expect(response.errorCode == code)
        #expect(response.values(of: "Access-Control-Allow-Origin") == [Policy.local])
    }

    @Test func `an upstream that does not answer is a 504 after responseTimeout`() throws {
        let upstream = try ScriptedUpstream { connection in
            _ = try connection.readRequest()
            try connection.awaitClose()
        }
        let proxy = try proxy(#""responseTimeout": "300ms""#)
        expect(try proxy.request("GET", upstream.url(), [origin(Policy.local)]), 504, "upstream-timeout")
        try eventually("the upstream connection is closed") { upstream.closedConnections == 1 }
        #expect(upstream.requests.count == 1)
    }

    @Test func `a head that drips is a 504, since responseTimeout is a total`() throws {
        let upstream = try ScriptedUpstream { connection in
            _ = try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\n")
            for number in 0..<400 {
                try connection.send("X-\(number): 1\r\n")
                _ = Result { try connection.reader.readSome(within: .milliseconds(50)) }
            }
        }
        let proxy = try proxy(#""responseTimeout": "1s", "idleTimeout": "10s""#)
        expect(try proxy.request("GET", upstream.url(), [origin(Policy.local)]), 504, "upstream-timeout")
    }

    @Test func `a body that falls silent is cut off after idleTimeout`() throws {
        let upstream = try ScriptedUpstream { connection in
            _ = try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello")
            try connection.awaitClose()
        }
        let proxy = try proxy(#""idleTimeout": "300ms""#)
        let response = try proxy.request("GET", upstream.url())
        #expect(response.text == "hello")
        #expect(!response.isComplete)
        try eventually("the upstream connection is closed") { upstream.closedConnections == 1 }
    }

    @Test(arguments: ["text/event-stream", "Text/Event-Stream;charset=utf-8"], [true, false])
    func `an event stream may be silent for longer than idleTimeout, of a route too`(
        type: String,
        isRoute: Bool
    ) throws {
        let others = Latch()
        let upstream = try ScriptedUpstream { connection in
            let request = try connection.readRequest()
            let isStream = request?.target == "/events"
            try connection.send(
                "HTTP/1.1 200 OK\r\nContent-Type: \(isStream ? type : "text/plain")\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n"
            )
            guard isStream else { return try connection.awaitClose() }
            try others.wait()
            try connection.sendChunk(Array("data: late\n\n".utf8))
            try connection.send("0\r\n\r\n")
        }
        let times = #""idleTimeout": "200ms""#
        let proxy =
            try isRoute
            ? Gateway.proxy(Gateway.route("/r/", to: upstream.url("/"), "\"upstream\": {\(times)}"))
            : proxy(times)
        let prefix = isRoute ? "r/" : upstream.url("/")
        let client = try proxy.connect()
        try client.send(proxy.head("GET", "\(prefix)events"))
        _ = try client.readHead()
        // Others that fall silent later than the stream are cut off one after the other, and it goes on.
        for _ in 1...3 {
            let response = try proxy.request("GET", "\(prefix)other")
            #expect(!response.isComplete)
        }
        others.open()
        _ = try client.read(through: "data: late\n\n")
    }

    @Test func `an event stream that is silent for longer than streamIdleTimeout is cut off`() throws {
        let upstream = try ScriptedUpstream { connection in
            _ = try connection.readRequest()
            try connection.send(
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n4\r\ndata\r\n"
            )
            try connection.awaitClose()
        }
        let proxy = try proxy(#""streamIdleTimeout": "200ms""#)
        let response = try proxy.request("GET", upstream.url())
        #expect(response.text == "data")
        #expect(!response.isComplete)
        try eventually("the upstream connection is closed") { upstream.closedConnections == 1 }
    }

    @Test func `a stream that goes on may last longer than every timeout`() throws {
        let upstream = try ScriptedUpstream { connection in
            _ = try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in 0..<15 {
                try connection.sendChunk(Array("tick".utf8))
                _ = Result { try connection.reader.readSome(within: .milliseconds(100)) }
            }
            try connection.send("0\r\n\r\n")
        }
        let proxy = try proxy(#""responseTimeout": "700ms", "idleTimeout": "700ms""#)
        let response = try proxy.request("GET", upstream.url())
        #expect(response.isComplete)
        #expect(response.body.count == 60)
    }

    @Test func `a handshake that hangs is a 504 after connectTimeout`() throws {
        let full = try FullBacklog()
        let proxy = try proxy(#""connectTimeout": "300ms""#)
        let response = try proxy.request("GET", "http://127.0.0.1:\(full.port)/", [origin(Policy.local)])
        expect(response, 504, "upstream-connect-timeout")
    }

    @Test func `a TLS handshake that hangs is a 504 after connectTimeout`() throws {
        let upstream = try ScriptedUpstream { connection in try connection.awaitClose() }
        let proxy = try proxy(#""connectTimeout": "300ms""#)
        let response = try proxy.request("GET", "https://\(upstream.authority)/", [origin(Policy.local)])
        expect(response, 504, "upstream-connect-timeout")
    }

    @Test func `a port that nobody listens on is a 502`() throws {
        let port = try freePort()
        let response = try ProxyProcess().request("GET", "http://127.0.0.1:\(port)/", [origin(Policy.local)])
        expect(response, 502, "upstream-connect")
    }

    @Test func `a name that does not exist is a 502, or a 504 where nobody answers for names`() throws {
        let proxy = try proxy(#""connectTimeout": "3s""#)
        let response = try proxy.request("GET", "http://does-not-exist.invalid/", [origin(Policy.local)])
        let code = response.errorCode
        #expect(code == "upstream-dns" || code == "upstream-dns-timeout")
        expect(response, code == "upstream-dns" ? 502 : 504, code ?? "")
    }

    @Test func `a hanging upstream holds up nobody else`() throws {
        let hanging = try ScriptedUpstream { connection in try connection.awaitClose(within: .seconds(60)) }
        let quick = try ScriptedUpstream { request in Answer.text(request.target) }
        let proxy = try ProxyProcess(#"{"shards": 1}"#)
        let waiting = try (0..<50).map { _ in
            let client = try proxy.connect()
            try client.send(proxy.head("GET", hanging.url()))
            return client
        }
        try eventually("all wait") { hanging.openedConnections == waiting.count }
        for number in 0..<20 {
            #expect(try proxy.request("GET", quick.url("/\(number)")).text == "/\(number)")
        }
    }

    @Test(arguments: ["Content-Length: 5000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n1388\r\n"])
    func `a response over limits.responseBody is refused or cut off`(start: String) throws {
        let upstream = try ScriptedUpstream { connection in
            _ = try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\n\(start)" + String(repeating: "x", count: 5_000))
            try connection.awaitClose()
        }
        let proxy = try ProxyProcess(#"{"limits": {"responseBody": "1KB"}}"#)
        let client = try proxy.connect()
        try client.send(proxy.head("GET", upstream.url(), [origin(Policy.local)]))
        let response = try client.readResponseIfAny()
        if start.hasPrefix("Content-Length") {
            expect(try #require(response), 502, "upstream-response-too-large")
        } else if let response {
            #expect(response.status == 502 || !response.isComplete)
        }
        try eventually("the upstream connection is closed") { upstream.closedConnections == 1 }
    }
}
