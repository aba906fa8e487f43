import TestSupport
import Testing

/// Handshakes that are refused before anything is dialled: there is no CORS for WebSocket, so this is all there is.
@Suite struct HandshakePolicyTests {
    /// Sends a handshake, and expects a refusal of it that nobody behind the proxy hears of.
    private func refused(
        _ proxy: ProxyProcess,
        _ upstream: ScriptedUpstream,
        at target: String? = nil,
        _ fields: [String],
        as code: String,
        _ status: Int,
        _ comment: Comment? = nil
    ) throws {
        let client = try proxy.connect()
        let head = proxy.head(
            "GET",
            target ?? "ws://\(upstream.authority)/",
            WebSocketHandshake.fields + fields
        )
        try client.send(head + proxy.head("GET", "iscorsneeded"))
        let response = try client.readResponse()
        #expect(response.errorCode == code, comment ?? "\(response)")
        #expect(response.status == status, comment)
        #expect(response.elements(of: "Connection").contains("close"), comment)
        #expect(try client.readToEnd().isEmpty, comment)
        #expect(upstream.openedConnections == 0, comment)
    }

    @Test(arguments: [
        Policy.stranger, "null", "HTTPS://APP.EXAMPLE", "https://app.example/", "http://app.example",
        "https://app.example, https://evil.example", "", "https://evilshop.example",
        "https://app.example:8443",
    ])
    func `E5 a page of another origin never reaches the upstream`(page: String) throws {
        let upstream = try ScriptedUpstream.webSocket()
        let proxy = try ProxyProcess(Policy.config(Policy.list))
        for site in [[], ["Sec-Fetch-Site: same-origin"], ["Referer: \(Policy.app)/"]] {
            try refused(proxy, upstream, [origin(page)] + site, as: "origin-denied", 403)
        }
    }

    @Test func `E5 two Origin lines are a bad request`() throws {
        let upstream = try ScriptedUpstream.webSocket()
        let lines = [origin(Policy.app), origin(Policy.app)]
        for policy in [Policy.list, Policy.any] {
            try refused(ProxyProcess(Policy.config(policy)), upstream, lines, as: "multiple-origins", 400)
        }
    }

    @Test func `E5 without Origin a program passes, unless requireOrigin`() throws {
        let upstream = try ScriptedUpstream.webSocket()
        let strict = try ProxyProcess(#"{"cors": {"requireOrigin": true}}"#)
        try refused(strict, upstream, [], as: "origin-required", 403)
        try refused(strict, upstream, ["Referer: \(Policy.local)/"], as: "origin-required", 403)
        let proxy = try ProxyProcess(Policy.config(Policy.list))
        for fields in [[], ["Sec-Fetch-Site: cross-site"], ["Referer: \(Policy.stranger)/"]] {
            let socket = try proxy.openWebSocket(upstream.url(), fields)
            try socket.send("hello")
            #expect(try socket.receiveText() == "hello")
        }
    }

    @Test func `E5 a page that is allowed opens its socket`() throws {
        let upstream = try ScriptedUpstream.webSocket()
        for (config, page) in [
            (Policy.config(Policy.list), Policy.app), (Policy.config(Policy.any), Policy.stranger),
            (Policy.config(Policy.any), "null"), ("{}", Policy.local),
            (#"{"cors": {"allowNullOrigin": true}}"#, "null"),
        ] {
            let socket = try ProxyProcess(config).openWebSocket(upstream.url(), [origin(page)])
            try socket.send("hello")
            #expect(try socket.receiveText() == "hello", "\(page)")
        }
    }

    @Test func `a route's own policy counts for its sockets`() throws {
        let upstream = try ScriptedUpstream.webSocket()
        let cors = #""cors": {"allowedOrigins": ["https://app.example"]}"#
        let proxy = try Gateway.proxy(Gateway.route("/r/", to: upstream.url(), cors))
        try refused(proxy, upstream, at: "r/x", [origin(Policy.local)], as: "origin-denied", 403)
        _ = try proxy.openWebSocket("r/x", [origin(Policy.app)])
        #expect(upstream.openedConnections == 1)
    }

    @Test func `a Host that is not the proxy's is misdirected`() throws {
        let upstream = try ScriptedUpstream.webSocket()
        let proxy = try ProxyProcess(Policy.config(Policy.any))
        for host in ["evil.example", "localhost.evil.example"] {
            let lines =
                ["GET /\(upstream.url()) HTTP/1.1", "Host: \(host)"] + WebSocketHandshake.fields
                + [origin(Policy.local)]
            let client = try proxy.connect()
            try client.send(lines.joined(separator: "\r\n") + "\r\n\r\n")
            let response = try client.readResponse()
            #expect(response.status == 421)
            #expect(response.errorCode == "host-not-allowed")
        }
        #expect(upstream.openedConnections == 0)
    }

    @Test func `the rules for targets count in either notation`() throws {
        let upstream = try ScriptedUpstream.webSocket()
        let authority = upstream.authority
        for rule in ["http://\(authority)", "ws://\(authority)", "127.0.0.1:*", "\(authority)/private/**"] {
            let proxy = try ProxyProcess(#"{"prefix": {"targets": {"deny": ["\#(rule)"]}}}"#)
            for scheme in ["ws", "http"] {
                let target = "\(scheme)://\(authority)/private/x"
                try refused(proxy, upstream, at: target, [], as: "target-denied", 403, "\(rule) \(scheme)")
            }
        }
        let proxy = try ProxyProcess(#"{"prefix": {"targets": {"allow": ["ws://\#(authority)"]}}}"#)
        _ = try proxy.openWebSocket("ws://\(authority)/")
        #expect(upstream.openedConnections == 1)
    }

    @Test(arguments: [
        "169.254.169.254", "10.0.0.1", "[fe80::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "0.0.0.0",
    ])
    func `the guard counts`(host: String) throws {
        let upstream = try ScriptedUpstream.webSocket()
        let proxy = try ProxyProcess()
        for scheme in ["ws", "wss", "http"] {
            try refused(
                proxy,
                upstream,
                at: "\(scheme)://\(host):\(upstream.port)/",
                [origin(Policy.local)],
                as: "private-address",
                403
            )
        }
    }

    @Test func `loopback is closed where a listener is open to others, and to whom a server relays`() throws {
        let upstream = try ScriptedUpstream.webSocket()
        let launch = ProxyProcess.Launch(arguments: ["--host", "0.0.0.0", "--port", "0"])
        let open = try ProxyProcess(#"{"acceptOpenRelay": true}"#, launch)
        try refused(open, upstream, [origin(Policy.local)], as: "private-address", 403)
        let relayed = [origin(Policy.local), "X-Forwarded-For: 203.0.113.9"]
        try refused(ProxyProcess(Policy.config(Policy.any)), upstream, relayed, as: "private-address", 403)
        try refused(ProxyProcess(), upstream, relayed, as: "untrusted-forwarder", 403)
    }

    @Test func `the proxy itself is a loop`() throws {
        let upstream = try ScriptedUpstream.webSocket()
        let proxy = try ProxyProcess()
        let inner = "ws://\(proxy.authority)/ws://\(upstream.authority)/"
        try refused(proxy, upstream, at: inner, [origin(Policy.local)], as: "loop-detected", 508)
    }

    @Test func `webSockets false refuses handshakes, and requests still pass`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let closed = #""prefix": {"webSockets": false}"#
        let proxy = try Gateway.proxy(
            Gateway.route("/r/", to: upstream.url(), #""webSockets": false"#),
            Gateway.route("/open/", to: upstream.url()),
            more: closed
        )
        let page = [origin(Policy.local)]
        try refused(proxy, upstream, page, as: "websocket-denied", 403)
        try refused(proxy, upstream, at: upstream.url(), page, as: "websocket-denied", 403)
        try refused(proxy, upstream, at: "r/x", page, as: "websocket-denied", 403)
        try refused(proxy, upstream, at: "r/x", [origin(Policy.stranger)], as: "origin-denied", 403)
        #expect(try proxy.request("GET", "r/x", page).text == "ok")
        #expect(try proxy.handshake("open/x", page).text == "ok", "the upstream's own answer")
    }

    @Test func `a rate counts handshakes`() throws {
        let upstream = try ScriptedUpstream.webSocket()
        let proxy = try ProxyProcess(#"{"limits": {"rate": {"requests": 2, "per": "1h"}}}"#)
        let sockets = try (1...2).map { _ in try proxy.openWebSocket(upstream.url()) }
        let response = try proxy.handshake(upstream.url(), [origin(Policy.local)])
        #expect(response.status == 429, "\(response)")
        #expect(response.value(of: "Retry-After") != nil)
        #expect(upstream.openedConnections == sockets.count)
    }

    @Test func `limits-webSockets counts the tunnels of all clients, and lets go of those that end`() throws {
        let upstream = try ScriptedUpstream.webSocket()
        let other = try ScriptedUpstream { _ in Answer.text("no tunnel") }
        let proxy = try ProxyProcess(#"{"shards": 2, "limits": {"webSockets": 3}}"#)
        // What is no tunnel in the end counts no longer.
        for _ in 1...5 { #expect(try proxy.handshake(other.url()).text == "no tunnel") }
        var sockets = try (1...3).map { number in
            try proxy.openWebSocket(upstream.url(), from: "127.0.0.\(number)")
        }
        let response = try proxy.handshake(upstream.url(), [origin(Policy.local)])
        #expect(response.status == 503, "\(response)")
        #expect(response.errorCode == "too-many-tunnels")
        #expect(response.value(of: "Retry-After").flatMap { Int($0) } != nil)
        #expect(response.value(of: "Access-Control-Allow-Origin") == Policy.local)
        #expect(upstream.openedConnections == 3)
        #expect(try proxy.request("GET", other.url()).text == "no tunnel", "requests are none")
        sockets.removeFirst().socket.reset()
        try sockets[0].send(.close(1_000))
        _ = try sockets[0].readEnding()
        try eventually("a place is free again") {
            try proxy.handshake(upstream.url()).status == 101
        }
    }

    @Test func `connectionsPerAddress counts tunnels`() throws {
        let upstream = try ScriptedUpstream.webSocket()
        let proxy = try ProxyProcess(#"{"limits": {"connectionsPerAddress": 2}}"#)
        let sockets = try (1...2).map { _ in try proxy.openWebSocket(upstream.url()) }
        #expect(try proxy.request("GET", "iscorsneeded").errorCode == "too-many-connections")
        _ = try proxy.openWebSocket(upstream.url(), from: "127.0.0.2")
        #expect(sockets.count == 2)
    }
}
