import TestSupport
import Testing

/// What a handshake that is forwarded looks like at the upstream, and its answer at the client.
@Suite struct TunnelHandshakeTests {
    @Test func `the upstream gets the client's handshake, and the client the upstream's answer`() throws {
        let upstream = try ScriptedUpstream.webSocket([
            "Sec-WebSocket-Protocol: b",
            "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10",
            "X-Theirs: 1", "Access-Control-Allow-Origin: https://theirs.example", "Set-Cookie: a=1",
            "Strict-Transport-Security: max-age=9",
        ])
        let proxy = try ProxyProcess()
        let offered = "permessage-deflate; client_max_window_bits, x-webkit-deflate-frame"
        let socket = try proxy.openWebSocket(
            "ws://\(upstream.authority)/x?y=%20z",
            [
                origin(Policy.local), WebSocketHandshake.offering("a", "b"),
                "Sec-WebSocket-Extensions: \(offered)", "Pragma: no-cache", "User-Agent: Test",
                "Keep-Alive: timeout=5", "X-Proxy-Key: none",
            ]
        )
        let request = try #require(upstream.requests.first)
        #expect(request.startLine == "GET /x?y=%20z HTTP/1.1")
        #expect(request.values(of: "Host") == [upstream.authority])
        #expect(request.values(of: "Connection").map { $0.lowercased() } == ["upgrade"])
        #expect(request.values(of: "Upgrade") == ["websocket"])
        #expect(request.values(of: "Sec-WebSocket-Key") == [WebSocketHandshake.key])
        #expect(request.values(of: "Sec-WebSocket-Version") == ["13"])
        #expect(request.elements(of: "Sec-WebSocket-Protocol") == ["a", "b"])
        #expect(request.value(of: "Sec-WebSocket-Extensions") == offered)
        #expect(request.value(of: "User-Agent") == "Test")
        #expect(request.value(of: "X-Forwarded-Proto") == "http")
        #expect(request.values(of: "X-Forwarded-Host") == [proxy.authority])
        for name in ["Keep-Alive", "X-Proxy-Key", "Content-Length", "Transfer-Encoding"] {
            #expect(request.value(of: name) == nil, "\(name)")
        }
        let answer = socket.head
        #expect(answer.status == 101)
        #expect(answer.values(of: "Connection").map { $0.lowercased() } == ["upgrade"])
        #expect(answer.values(of: "Upgrade") == ["websocket"])
        #expect(
            answer.values(of: "Sec-WebSocket-Accept") == [WebSocketHandshake.accept(WebSocketHandshake.key)]
        )
        #expect(answer.values(of: "Sec-WebSocket-Protocol") == ["b"])
        #expect(
            answer.value(of: "Sec-WebSocket-Extensions") == "permessage-deflate; server_max_window_bits=10"
        )
        #expect(answer.value(of: "X-Theirs") == "1")
        for name in ["Content-Length", "Transfer-Encoding", "Set-Cookie", "Strict-Transport-Security"] {
            #expect(answer.value(of: name) == nil, "\(name)")
        }
        #expect(!"\(answer)".contains("theirs.example"))
        try socket.send("hello")
        #expect(try socket.receiveText() == "hello")
    }

    @Test(arguments: [
        (Policy.config(Policy.list), Policy.app, "TARGET"),
        (Policy.config(Policy.any), Policy.app, Policy.app),
        (Policy.config(Policy.any, #""upstream": {"origin": "target"}"#), Policy.app, "TARGET"),
        (Policy.config(Policy.list, #""upstream": {"origin": "page"}"#), Policy.app, Policy.app),
        (Policy.config(Policy.list, #""upstream": {"origin": "none"}"#), Policy.app, nil),
        (Policy.config(Policy.list), nil, nil),
    ])
    func `the upstream is told the target's origin where the policy has checked the page`(
        config: String,
        page: String?,
        told: String?
    ) throws {
        let upstream = try ScriptedUpstream.webSocket()
        let proxy = try ProxyProcess(config)
        _ = try proxy.openWebSocket("ws://\(upstream.authority)/", page.map { [origin($0)] } ?? [])
        let expected = told.map { $0 == "TARGET" ? "http://\(upstream.authority)" : $0 }
        #expect(upstream.requests.first?.value(of: "Origin") == expected)
    }

    @Test func `the names of the handshake are read in any case and beside others`() throws {
        let upstream = try ScriptedUpstream { connection in
            guard try connection.readRequest() != nil else { return }
            let accept = WebSocketHandshake.accept(WebSocketHandshake.key)
            try connection.send(
                "HTTP/1.1 101 Whatever\r\nCONNECTION: upgrade, X-Hop\r\nUPGRADE: WebSocket\r\nX-Hop: 1\r\n"
                    + "sec-websocket-accept: \(accept)\r\n\r\n"
            )
            try connection.send(WebSocketFrame.text("hello").encoded())
        }
        let proxy = try ProxyProcess()
        let lines = [
            "GET /\(upstream.url()) HTTP/1.1", "host: \(proxy.authority)", "connection: keep-alive, UPGRADE",
            "upgrade: WebSocket", "SEC-WEBSOCKET-VERSION: 13", "sec-websocket-key: \(WebSocketHandshake.key)",
        ]
        let socket = try proxy.connect().openWebSocket(lines.joined(separator: "\r\n") + "\r\n\r\n")
        #expect(try socket.receiveText() == "hello")
        #expect(socket.head.value(of: "X-Hop") == nil)
    }

    @Test func `the handshakes of socket-io and graphql-ws pass as they are`() throws {
        let upstream = try ScriptedUpstream { connection in
            guard let request = try connection.readRequest() else { return }
            let chosen =
                request.value(of: "Sec-WebSocket-Protocol").map { ["Sec-WebSocket-Protocol: \($0)"] } ?? []
            try connection.send(
                WebSocketHandshake.answer(to: request.value(of: "Sec-WebSocket-Key") ?? "", chosen)
            )
            let socket = WebSocketFrame.text(request.target.hasPrefix("/socket.io") ? #"0{"sid":"a"}"# : "{}")
            try connection.send(socket.encoded())
            try connection.awaitClose()
        }
        let proxy = try Gateway.proxy(Gateway.route("/api/", to: upstream.url()))
        for (path, fields, first) in [
            ("socket.io/?EIO=4&transport=websocket&sid=x%2By", [], #"0{"sid":"a"}"#),
            ("graphql", ["Sec-WebSocket-Protocol: graphql-transport-ws"], "{}"),
        ] {
            for target in [upstream.url("/" + path), "ws://\(upstream.authority)/\(path)", "api/" + path] {
                let socket = try proxy.openWebSocket(
                    target,
                    fields + [
                        origin(Policy.local),
                        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
                        "Accept-Encoding: gzip, deflate, br, zstd", "Cache-Control: no-cache",
                    ]
                )
                #expect(try socket.receiveText() == first)
                #expect(upstream.requests.last?.target == "/" + path)
                #expect(
                    socket.head.value(of: "Sec-WebSocket-Protocol")
                        == (fields.isEmpty ? nil : "graphql-transport-ws")
                )
                #expect(socket.head.value(of: "Sec-WebSocket-Extensions") == nil)
            }
        }
    }

    @Test func `bytes behind the handshake are the tunnel's first`() throws {
        let upstream = try ScriptedUpstream.webSocket()
        let proxy = try ProxyProcess()
        let client = try proxy.connect()
        let early = WebSocketFrame.text("early").encoded(mask: [1, 2, 3, 4])
        try client.send(
            Array(proxy.head("GET", upstream.url(), WebSocketHandshake.fields).utf8) + early + early.prefix(3)
        )
        let head = try client.readHead()
        #expect(head.status == 101)
        try client.send(Array(early.dropFirst(3)))
        let expected = WebSocketFrame.text("early").encoded()
        #expect(try client.reader.read(count: expected.count * 2) == expected + expected)
    }

    @Test func `a tunnel takes a connection of its own, and none of the pool's places`() throws {
        let upstream = try ScriptedUpstream { connection in
            while let request = try connection.readRequest() {
                guard let key = request.value(of: "Sec-WebSocket-Key") else {
                    try connection.send(Answer.text("ok"))
                    continue
                }
                try connection.send(WebSocketHandshake.answer(to: key))
                try connection.awaitClose()
            }
        }
        let proxy = try ProxyProcess(#"{"shards": 1, "upstream": {"maxConnectionsPerHost": 1}}"#)
        #expect(try proxy.request("GET", upstream.url()).text == "ok")
        let sockets = try (0..<5).map { _ in try proxy.openWebSocket(upstream.url()) }
        #expect(upstream.openedConnections == 6)
        #expect(upstream.requests.dropFirst().allSatisfy { $0.connection > 0 })
        #expect(try proxy.request("GET", upstream.url()).text == "ok")
        #expect(upstream.openedConnections == 6, "the pooled connection is still used")
        for socket in sockets { socket.socket.close() }
        try eventually("the tunnels' connections are closed") { upstream.closedConnections == 5 }
        #expect(try proxy.request("GET", upstream.url()).text == "ok")
    }
}
