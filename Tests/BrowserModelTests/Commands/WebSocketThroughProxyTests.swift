import Foundation
import TestSupport
import Testing

/// `corsway explain` of a WebSocket through the proxy of a configuration.
@Suite struct WebSocketThroughProxyTests {
    private static let page = "https://app.example"
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// An upstream that opens a WebSocket where Origin is what it wants, nil for none.
    private static func upstream(wanting origin: @escaping @Sendable (_ host: String) -> String?) throws
        -> ScriptedUpstream
    {
        try ScriptedUpstream { connection in
            while let request = try connection.readRequest() {
                guard request.value(of: "Origin") == origin(request.value(of: "Host") ?? "") else {
                    try connection.send(Answer.text("no", status: "403 Forbidden"))
                    continue
                }
                let chosen = request.value(of: "Sec-WebSocket-Protocol")
                try connection.send(
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: PZ/soI999U878xFKvriRVIk/Xq0=\r\n"
                        + (chosen.map { "Sec-WebSocket-Protocol: \($0)\r\n" } ?? "") + "\r\n"
                )
                try connection.awaitClose()
            }
        }
    }

    private func explain(_ url: String, by configuration: String, _ options: String...) throws
        -> ExplainOutput
    {
        let file = try folder.write(configuration, to: "corsway.json")
        let (exit, output) = try ExplainOutput.run([url, "--from", Self.page, "--via", file] + options)
        #expect(exit == .status(output.allowed ? 0 : 1))
        return output
    }

    private static let listed = #""cors": {"allowedOrigins": ["https://app.example"]}"#

    @Test func `the proxy sends the target's Origin where it has checked the page's`() throws {
        let upstream = try Self.upstream { "http://\($0)" }
        let output = try explain("ws://\(upstream.authority)/live", by: "{\(Self.listed)}", "--protocol", "a")
        let view = try #require(output.views.first)
        #expect(output.allowed, "\(view.failure?.seen ?? [])")
        #expect(view.url == "ws://localhost:8080/ws://\(upstream.authority)/live")
        #expect(view.webSocket?.subprotocol == "a")
        #expect(view.status == 101)
        #expect(upstream.requests.first?.target == "/live")
    }

    @Test func `a path of the proxy is a WebSocket where that is said`() throws {
        let upstream = try Self.upstream { "http://\($0)" }
        let output = try explain(
            "/hmr/x",
            by: "{\(Self.listed), \"routes\": [{\"path\": \"/hmr/\", \"target\": \"\(upstream.url())\"}]}",
            "--websocket"
        )
        #expect(output.allowed)
        #expect(output.views.first?.url == "ws://localhost:8080/hmr/x")
    }

    @Test func `a page that is refused gets the proxy's hint and the line to add`() throws {
        let upstream = try Self.upstream { "http://\($0)" }
        let output = try explain(
            "ws://\(upstream.authority)/",
            by: #"{"cors": {"allowedOrigins": ["https://b.example"]}}"#
        )
        let view = try #require(output.views.first)
        #expect(output.verdict == "websocket-status")
        #expect(view.proxyError == "origin-denied")
        #expect(view.failure?.remark?.contains("Add \"https://app.example\" to cors.allowedOrigins.") == true)
        #expect(
            view.configuration
                == #""cors": { "allowedOrigins": ["https://b.example", "https://app.example"] }"#
        )
        #expect(view.advice?.isTried == true)
        #expect(upstream.requests.count == 1, "what is advised was tried, and nothing else asked")
    }

    @Test func `a route that takes no WebSockets is told, with the key that lets them in`() throws {
        let upstream = try Self.upstream { "http://\($0)" }
        let route = #"{"path": "/a/", "target": "\#(upstream.url())", "webSockets": false}"#
        let output = try explain("/a/", by: "{\(Self.listed), \"routes\": [\(route)]}", "--websocket")
        let view = try #require(output.views.first)
        #expect(view.proxyError == "websocket-denied")
        #expect(view.advice?.changes.map(\.path) == ["routes[0].webSockets"])
        #expect(view.advice?.changes.map(\.json) == ["true"])
    }

    @Test(arguments: [("target", "page"), ("page", "target"), ("target", "none")])
    func `which Origin the server wants is found out`(sent: String, wanted: String) throws {
        let upstream = try Self.upstream { host in
            switch wanted {
            case "target": "http://\(host)"
            case "page": Self.page
            default: nil
            }
        }
        let output = try explain(
            "ws://\(upstream.authority)/",
            by: "{\(Self.listed), \"upstream\": {\"origin\": \"\(sent)\"}}"
        )
        let view = try #require(output.views.first)
        #expect(view.failure?.seen == ["HTTP/1.1 403 Forbidden"])
        #expect(view.proxyError == nil)
        #expect(view.advice?.changes.map(\.path) == ["upstream.origin"])
        #expect(view.advice?.changes.map(\.json) == ["\"\(wanted)\""])
    }

    @Test func `that no Origin helps is said`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("no", status: "404 Not Found") }
        let output = try explain("ws://\(upstream.authority)/", by: "{\(Self.listed)}")
        #expect(
            output.views.first?.mend
                == "Through corsway the server answers HTTP/1.1 404 Not Found, whatever Origin it is sent."
        )
        let needed = try #require(output.views.first?.failure?.needed.last)
        #expect(
            !needed.contains("localhost:8080"),
            "the server compares nothing with the proxy's host: \(needed)"
        )
        #expect(output.views.first?.advice == nil)
    }

    @Test func `a client key opens, goes no further and is not shown`() throws {
        let upstream = try Self.upstream { "http://\($0)" }
        let configuration = #"{\#(Self.listed), "clientKeys": ["0123456789abcdef"]}"#
        let file = try folder.write(configuration, to: "corsway.json")
        let key = "MDEyMzQ1Njc4OWFiY2RlZg"
        let (exit, text, _) = try CorswayProgram.run([
            "explain", "ws://\(upstream.authority)/", "--from", Self.page, "--via", file,
            "--protocol", "corsway.key.\(key)",
        ])
        #expect(exit == .status(0), "\(text)")
        #expect(text.contains("subprotocol    corsway.key.…"))
        #expect(!text.contains(key))
        #expect(upstream.requests.first?.value(of: "Sec-WebSocket-Protocol") == nil)
        let refused = try explain("ws://\(upstream.authority)/", by: configuration)
        #expect(refused.views.first?.proxyError == "client-key-required")
        #expect(refused.views.first?.mend?.contains("client-key-required") == true)
    }

    @Test func `what opens behind the proxy is closed in order`() throws {
        let hasClosed = Latch()
        let upstream = try ScriptedUpstream { connection in
            _ = try connection.readRequest()
            try connection.send(WebSocketHandshake.answer(to: "Y29yc3dheSBleHBsYWluIQ=="))
            let frame = try connection.reader.read(count: 8)
            guard frame.prefix(2) == [0x88, 0x82], frame[6] ^ frame[2] == 0x03, frame[7] ^ frame[3] == 0xE8
            else { return }
            try connection.send([0x88, 0x02, 0x03, 0xE8])
            hasClosed.open()
        }
        #expect(try explain("ws://\(upstream.authority)/", by: "{\(Self.listed)}").allowed)
        try hasClosed.wait(for: "the close frame")
    }

    @Test(arguments: ["http://localhost:5173", page, "null"])
    func `what is advised of a server opens the WebSocket by a running proxy`(page: String) throws {
        let upstream = try Self.upstream { "http://\($0)" }
        let (_, output) = try ExplainOutput.run(["ws://\(upstream.authority)/", "--from", page])
        let view = try #require(output.views.first)
        let advice = try #require(view.advice)
        #expect(!view.allowed && advice.isTried)
        let lines = ["\"listen\": { \"port\": 0 }", view.configuration].compactMap(\.self)
        let proxy = try ProxyProcess("{\(lines.joined(separator: ", "))}")
        let url = try #require(advice.ask).replacing("//localhost:8080/", with: "//localhost:\(proxy.port)/")
        let (exit, applied) = try ExplainOutput.run([url, "--from", page, "--direct"])
        #expect(exit == .status(0), "\(url): \(applied.views.first?.failure?.remark ?? applied.verdict)")
    }

    @Test func `it foretells what the running proxy answers`() throws {
        let upstream = try Self.upstream { "http://\($0)" }
        let configuration = "{\"listen\": {\"port\": 0}, \(Self.listed)}"
        let proxy = try ProxyProcess(configuration)
        for page in [Self.page, "https://b.example"] {
            let file = try folder.write(configuration, to: "corsway.json")
            let target = "ws://\(upstream.authority)/"
            let (_, told) = try ExplainOutput.run([target, "--from", page, "--via", file])
            let (_, seen) = try ExplainOutput.run([
                "ws://127.0.0.1:\(proxy.port)/\(target)", "--from", page, "--direct",
            ])
            #expect(told.verdict == seen.verdict)
            let (foretold, answered) = (try #require(told.views.first), try #require(seen.views.first))
            #expect(foretold.proxyError == answered.proxyError)
            #expect(foretold.webSocket == answered.webSocket)
            #expect(foretold.failure?.seen == answered.failure?.seen)
        }
    }
}
