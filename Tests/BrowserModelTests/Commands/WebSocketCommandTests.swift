import TestSupport
import Testing

/// `corsway explain` of a WebSocket, asked directly.
@Suite struct WebSocketCommandTests {
    private static let page = "http://localhost:5173"
    /// The right answer to the key that the program sends.
    private static let opening = """
        HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Accept: PZ/soI999U878xFKvriRVIk/Xq0=\r\n
        """

    @Test(arguments: [
        (["wss://api.example/", "-X", "POST"], "always a GET"),
        (["wss://api.example/", "-H", "X-A: 1"], "new WebSocket() sets no headers"),
        (["wss://api.example/", "--credentials"], "cookies go along with every WebSocket"),
        (["wss://api.example/", "--redirect", "manual"], "follows no redirect"),
        (["https://api.example/", "--protocol", "a"], "write a ws or wss URL, or --websocket"),
        (["ws://"], "\"ws://\" is no http, https, ws or wss URL"),
    ])
    func `what means nothing to a WebSocket is refused, and why`(arguments: [String], message: String) throws
    {
        let (exit, output, error) = try CorswayProgram.run(["explain", "--from", Self.page] + arguments)
        #expect(exit == .status(2))
        #expect(output.isEmpty)
        #expect(error.contains(message), "\(error)")
    }

    @Test func `the text says why it does not open, in both browsers' words, and that a proxy helps`() throws
    {
        let upstream = try ScriptedUpstream { request in
            let isOwn = request.value(of: "Origin").map { $0.hasSuffix(request.value(of: "Host") ?? "") }
            return isOwn == true ? Self.opening + "\r\n" : Answer.text("no", status: "403 Forbidden")
        }
        let target = "ws://\(upstream.authority)/live"
        let (exit, output, _) = try CorswayProgram.run(["explain", target, "--from", Self.page])
        #expect(exit == .status(1))
        for text in [
            "WebSocket \(target) from \(Self.page), asked directly", "> Upgrade: websocket", "403 Forbidden",
            "Blocked by websocket-status at the step \"handshake\"; all the page learns is close code 1006",
            "Chromium       WebSocket connection to '\(target)' failed: Error during WebSocket handshake: "
                + "Unexpected response code: 403",
            "Firefox        Firefox can’t establish a connection to the server at \(target).",
            "compare Origin with their own host",
            "mend           Ask ws://localhost:8080/\(target): corsway's defaults allow it.",
            "Open: the page has its WebSocket",
        ] {
            #expect(output.contains(text), "\(text) in \(output)")
        }
    }

    @Test func `what is open is said in JSON too, and closed in order`() throws {
        let hasClosed = Latch()
        let upstream = try ScriptedUpstream { connection in
            _ = try connection.readRequest()
            try connection.send(
                Self.opening
                    + "Sec-WebSocket-Protocol: b\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
            )
            // A close frame with 1000 in it, masked.
            let frame = try connection.reader.read(count: 8)
            let code = [frame[6] ^ frame[2], frame[7] ^ frame[3]]
            guard frame.prefix(2) == [0x88, 0x82], code == [0x03, 0xE8] else { return }
            try connection.send([0x88, 0x02, 0x03, 0xE8])
            try connection.awaitClose()
            hasClosed.open()
        }
        let (exit, output) = try ExplainOutput.run([
            "ws://\(upstream.authority)/", "--from", "https://app.example", "--protocol", "a", "--protocol",
            "b",
        ])
        #expect(exit == .status(0))
        let view = try #require(output.views.first)
        #expect(view.url == "ws://\(upstream.authority)/")
        #expect(view.webSocket?.subprotocol == "b")
        #expect(view.webSocket?.extensions == "permessage-deflate")
        #expect(view.status == 101)
        #expect(output.views.count == 1, "no proxy is needed")
        try hasClosed.wait(for: "the close frame")
    }

    @Test func `a failure has the close code that the page learns`() throws {
        let (exit, output) = try ExplainOutput.run(["ws://127.0.0.1:1024/", "--from", Self.page])
        #expect(exit == .status(1))
        #expect(output.verdict == "net::ERR_CONNECTION_REFUSED")
        #expect(output.views.first?.failure?.closeCode == 1006)
    }

    @Test(arguments: ["http", "ws"])
    func `an http URL is asked as a WebSocket where that is said`(scheme: String) throws {
        let upstream = try ScriptedUpstream { _ in Self.opening + "\r\n" }
        let (exit, output) = try ExplainOutput.run([
            "\(scheme)://\(upstream.authority)/", "--from", Self.page, "--websocket",
        ])
        #expect(exit == .status(0))
        #expect(output.views.first?.url == "ws://\(upstream.authority)/")
    }

    @Test func `a fragment is what the constructor throws for, and nothing is asked`() throws {
        let upstream = try ScriptedUpstream { _ in Self.opening + "\r\n" }
        let (_, output) = try ExplainOutput.run(["ws://\(upstream.authority)/#a", "--from", Self.page])
        #expect(output.verdict == "SyntaxError")
        #expect(output.views.first?.failure?.closeCode == nil)
        #expect(upstream.openedConnections == 0)
    }

    @Test func `a client key is sent and not shown`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("no", status: "403 Forbidden") }
        let key = "corsway.key.c2VjcmV0LXNlY3JldA"
        let arguments = [
            "explain", "ws://\(upstream.authority)/", "--from", Self.page, "--protocol", key, "--direct",
        ]
        for format in [[], ["--json"]] {
            let (_, output, error) = try CorswayProgram.run(arguments + format)
            #expect(!(output + error).contains("c2VjcmV0"))
            #expect(output.contains("corsway.key.…"))
        }
        #expect(upstream.requests.first?.value(of: "Sec-WebSocket-Protocol") == key)
    }

    @Test func `a forward proxy of the environment is asked for a tunnel, as browsers ask`() throws {
        let proxy = try ScriptedUpstream { connection in
            guard let connect = try connection.readHead(),
                connect.startLine.hasPrefix("CONNECT api.example:80 ")
            else { return }
            try connection.send("HTTP/1.1 200 OK\r\n\r\n")
            _ = try connection.readRequest()
            try connection.send(Self.opening + "\r\n")
        }
        let (exit, output, _) = try CorswayProgram.run(
            ["explain", "ws://api.example/", "--from", Self.page, "--direct"],
            environment: ["http_proxy": "http://\(proxy.authority)"]
        )
        #expect(exit == .status(0), "\(output)")
        #expect(proxy.requests.map(\.method) == ["GET"], "inside the tunnel")
    }
}
