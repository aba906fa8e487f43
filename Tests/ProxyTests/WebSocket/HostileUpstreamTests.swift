import TestSupport
import Testing

/// Upstreams that answer a handshake with anything but a good 101.
@Suite struct HostileUpstreamTests {
    private enum Shared {
        static let proxy = Result { try ProxyProcess(#"{"shards": 1}"#) }
    }

    private static let accept = "Sec-WebSocket-Accept: \(WebSocketHandshake.accept(WebSocketHandshake.key))"
    private static let good = ["Upgrade: websocket", "Connection: Upgrade", accept]

    /// A 101 with these lines.
    private static func switching(_ fields: [String]) -> String {
        (["HTTP/1.1 101 Switching Protocols"] + fields).joined(separator: "\r\n") + "\r\n\r\n"
    }

    /// A name, and the whole answer.
    struct BadAnswer: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String

        init(_ name: String, _ text: String) {
            testDescription = name
            self.text = text
        }

        init(_ name: String, fields: [String]) {
            self.init(name, switching(fields))
        }
    }

    private static let badAnswers = [
        BadAnswer(
            "an accept value for another key",
            fields: Array(good.dropLast()) + ["Sec-WebSocket-Accept: x"]
        ),
        BadAnswer(
            "the accept value in another case",
            fields: Array(good.dropLast()) + [accept.lowercased()]
        ),
        BadAnswer("no accept value", fields: Array(good.dropLast())),
        BadAnswer("two accept values", fields: good + [accept]),
        BadAnswer("two accept values, one wrong", fields: good + ["Sec-WebSocket-Accept: x"]),
        BadAnswer("two lines of Upgrade", fields: good + ["Upgrade: websocket"]),
        BadAnswer("two protocols in Upgrade", fields: ["Upgrade: websocket, h2c"] + good.dropFirst()),
        BadAnswer("another protocol", fields: ["Upgrade: h2c"] + good.dropFirst()),
        BadAnswer("no Upgrade", fields: Array(good.dropFirst())),
        BadAnswer("no Connection", fields: [good[0], good[2]]),
        BadAnswer("a Connection that closes", fields: [good[0], "Connection: close", good[2]]),
        BadAnswer("a subprotocol that nobody offered", fields: good + ["Sec-WebSocket-Protocol: c"]),
        BadAnswer("an offered subprotocol in another case", fields: good + ["Sec-WebSocket-Protocol: A"]),
        BadAnswer("two subprotocols", fields: good + ["Sec-WebSocket-Protocol: a, b"]),
        BadAnswer(
            "two lines of subprotocols",
            fields: good + ["Sec-WebSocket-Protocol: a", "Sec-WebSocket-Protocol: b"]
        ),
        BadAnswer("HTTP/1.0", "HTTP/1.0" + switching(good).dropFirst(8)),
        BadAnswer("bytes before it", "x" + switching(good)),
        BadAnswer("a frame before it", "\u{1}\u{1}x" + switching(good)),
        BadAnswer("a line that is no field", fields: good + ["garbage"]),
        BadAnswer("a field name with a space", fields: good + ["X Y: 1"]),
        BadAnswer("an end within the head", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"),
        BadAnswer("no answer", ""),
    ]

    @Test(arguments: badAnswers)
    func `an upstream that answers so gets a 502, and nothing of it passes`(answer: BadAnswer) throws {
        let upstream = try ScriptedUpstream { connection in
            guard try connection.readRequest() != nil else { return }
            try connection.send(answer.text)
            guard answer.text.hasSuffix("\r\n\r\n") else { return }
            try connection.send(WebSocketFrame.text("secret").encoded())
            try connection.awaitClose()
        }
        let client = try Shared.proxy.get().connect()
        try client.send(
            try Shared.proxy.get().head(
                "GET",
                upstream.url(),
                WebSocketHandshake.fields + [origin(Policy.local), WebSocketHandshake.offering("a", "b")]
            )
        )
        let response = try client.readResponse()
        #expect(response.status == 502, "\(response)")
        #expect(response.errorCode?.hasPrefix("upstream-") == true)
        if answer.text.hasSuffix("\r\n\r\n") { #expect(response.errorCode == "upstream-invalid-response") }
        #expect(response.value(of: "Access-Control-Allow-Origin") == Policy.local)
        #expect(response.value(of: "Connection")?.lowercased() == "close")
        #expect(try !(response.text + client.readToEnd()).contains("secret"))
        try eventually("the upstream's connection is closed") { upstream.closedConnections == 1 }
    }

    @Test(arguments: ["Content-Length: 0", "Content-Length: 7", "Transfer-Encoding: chunked"])
    func `what a 101 says of a body counts for nothing, and does not pass`(field: String) throws {
        let upstream = try ScriptedUpstream.webSocket([field])
        let socket = try Shared.proxy.get().openWebSocket(upstream.url())
        #expect(!"\(socket.head)".lowercased().contains(field.lowercased()))
        for text in ["more than seven bytes", "0\r\n\r\n"] {
            try socket.send(text)
            #expect(try socket.receiveText() == text)
        }
    }

    @Test(arguments: [[], ["Connection: upgrade", "Upgrade: h2c"]])
    func `a 101 that nobody asked for is a 502`(fields: [String]) throws {
        let upstream = try ScriptedUpstream { connection in
            while try connection.readRequest() != nil { try connection.send(Self.switching(Self.good)) }
        }
        let response = try Shared.proxy.get().request("GET", upstream.url(), fields)
        #expect(response.status == 502, "\(response)")
        #expect(response.errorCode == "upstream-invalid-response")
    }

    @Test func `a 101 counts however it is cut, and what follows it is the tunnel's`() throws {
        let proxy = try Shared.proxy.get()
        let frame = WebSocketFrame.text("first").encoded()
        let answer = Array(Self.switching(Self.good).utf8) + frame
        // The rest is sent once the proxy, which has one loop, has been busy with something else.
        let upstream = try ScriptedUpstream { connection in
            while let request = try connection.readRequest() {
                guard let cut = Int(request.target.dropFirst()) else { return }
                try connection.send(Array(answer[..<cut]))
                for _ in 1...2 {
                    guard try proxy.request("GET", "iscorsneeded").text == "no" else { return }
                }
                try connection.send(Array(answer[cut...]))
                try connection.awaitClose()
            }
        }
        for cut in 1...answer.count {
            let socket = try proxy.openWebSocket(upstream.url("/\(cut)"))
            #expect(try socket.receiveText() == "first", "cut behind \(cut) bytes")
            socket.socket.close()
        }
    }

    @Test func `interim responses before the 101 are no answer`() throws {
        let upstream = try ScriptedUpstream { connection in
            guard try connection.readRequest() != nil else { return }
            let interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"
            let hints = "HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n"
            try connection.send(
                Array((interim + hints + Self.switching(Self.good)).utf8)
                    + WebSocketFrame.text("first").encoded()
            )
            try connection.awaitClose()
        }
        let proxy = try Shared.proxy.get()
        let client = try proxy.connect()
        try client.send(proxy.head("GET", upstream.url(), WebSocketHandshake.fields))
        var head = try client.readHead()
        while (100...199).contains(head.status), head.status != 101 { head = try client.readHead() }
        #expect(head.status == 101)
        let frame = WebSocketFrame.text("first").encoded()
        #expect(try client.reader.read(count: frame.count) == frame)
    }

    @Test(arguments: [
        ("200 OK", ["X-A: 1"], "a page"),
        ("401 Unauthorized", ["WWW-Authenticate: Bearer realm=\"x\""], "who?"),
        ("404 Not Found", [], "nothing"), ("426 Upgrade Required", ["Sec-WebSocket-Version: 8"], "old"),
        ("503 Service Unavailable", ["Retry-After: 3"], "later"),
        ("301 Moved", ["Location: /elsewhere"], "moved"),
        ("307 Moved", ["Location: /elsewhere"], ""),
    ])
    func `another status is an ordinary answer with CORS fields, and the last of its connection`(
        status: String,
        fields: [String],
        body: String
    ) throws {
        let upstream = try ScriptedUpstream { _ in
            Answer.text(body, status: status, fields + ["Access-Control-Allow-Origin: https://x.example"])
        }
        let proxy = try Shared.proxy.get()
        let client = try proxy.connect()
        let head = proxy.head("GET", upstream.url(), WebSocketHandshake.fields + [origin(Policy.local)])
        try client.send(head + head)
        let response = try client.readResponse()
        #expect(response.head.startLine.hasPrefix("HTTP/1.1 \(status.prefix(3))"), "\(response)")
        #expect(response.text == body)
        #expect(response.isComplete)
        #expect(response.values(of: "Access-Control-Allow-Origin") == [Policy.local])
        #expect(response.value(of: "Connection")?.lowercased() == "close")
        for field in fields where !field.hasPrefix("Location") {
            #expect("\(response.head)".contains(field), "\(response)")
        }
        #expect(try client.readToEnd().isEmpty)
        #expect(upstream.requests.count == 1, "neither the redirect nor what came behind is asked for")
    }

    @Test func `a silent upstream is a 504 by responseTimeout`() throws {
        let upstream = try ScriptedUpstream { connection in
            _ = try connection.readRequest()
            try connection.awaitClose()
        }
        let proxy = try ProxyProcess(#"{"upstream": {"responseTimeout": "300ms"}}"#)
        let response = try proxy.handshake(upstream.url())
        #expect(response.status == 504, "\(response)")
        try eventually("the upstream's connection is closed") { upstream.closedConnections == 1 }
    }

    @Test func `an upstream that is not there is a 502`() throws {
        let response = try Shared.proxy.get().handshake(
            "ws://127.0.0.1:\(freePort())/",
            [origin(Policy.local)]
        )
        #expect(response.status == 502, "\(response)")
        #expect(response.value(of: "Access-Control-Allow-Origin") == Policy.local)
    }
}
