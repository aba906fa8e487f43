import Foundation
import TestSupport
import Testing

/// What the log and the metrics tell of WebSockets.
@Suite struct TunnelRecordTests {
    /// A proxy whose upstream switches protocols, and a client whose tunnel is open.
    private struct Stage {
        let upstream: ScriptedUpstream
        let proxy: ProxyProcess
        let client: RawClient
        /// What the upstream does once it is told to.
        let turn: Latch

        /// - Parameter end: What the upstream does with the open tunnel.
        init(
            _ config: String,
            path: String = "/feed",
            _ end: @escaping @Sendable (ScriptedConnection, Latch) throws -> Void
        ) throws {
            let turn = Latch()
            self.turn = turn
            upstream = try ScriptedUpstream { connection in
                _ = try connection.readRequest()
                // RFC 6455 §1.3 has the key and its answer.
                try connection.send(
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
                )
                try end(connection, turn)
            }
            proxy = try ProxyProcess("{\(config)}")
            client = try Self.open(through: proxy, to: upstream.url(path))
        }

        static func open(through proxy: ProxyProcess, to target: String) throws -> RawClient {
            let client = try proxy.connect()
            try client.send(
                proxy.head(
                    "GET",
                    target,
                    [
                        origin(Policy.local), "Upgrade: websocket", "Connection: Upgrade",
                        "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                    ]
                )
            )
            #expect(try client.readHead().status == 101)
            return client
        }
    }

    /// Answers seven bytes with ten, and waits for the end.
    private static func echo(_ connection: ScriptedConnection, _ turn: Latch) throws {
        _ = try connection.reader.read(count: 7)
        try connection.send([0x82, 8] + Array("answered".utf8))
        try connection.awaitClose()
    }

    private static let frame = [0x82, 0x81, 1, 2, 3, 4, 5] as [UInt8]

    @Test(arguments: [
        (
            "pretty",
            #" GET 101 http://127\.0\.0\.1:\d+/feed [\d.]+ms 0B allowed http://localhost:3000 tunnel=opened$"#,
            #" GET 101 http://127\.0\.0\.1:\d+/feed [\d.]+ms 10B allowed http://localhost:3000 tunnel=ended by=client received=7B$"#
        ),
        (
            "json",
            #""status":101,.*"bytesSent":0,"bytesReceived":0,"cors":"allowed","reason":"http://localhost:3000","tunnel":"opened","requestId":"[^"]+"}$"#,
            #""status":101,.*"bytesSent":10,"bytesReceived":7,"cors":"allowed","reason":"http://localhost:3000","tunnel":"ended","ending":"client","requestId":"[^"]+"}$"#
        ),
        (
            "combined", #""GET /http://127\.0\.0\.1:\d+/feed HTTP/1\.1" 101 0 "-" "-"$"#,
            #""GET /http://127\.0\.0\.1:\d+/feed HTTP/1\.1" 101 10 "-" "-"$"#
        ),
    ])
    func `a tunnel has a line when it opens, and one when it ends`(
        format: String,
        opened: String,
        ended: String
    ) throws {
        let stage = try Stage(#""log": {"format": "\#(format)"}"#, path: "/feed?key=hidden", Self.echo)
        let first = try stage.proxy.logLines(with: "/feed")
        #expect(first.count == 1)
        #expect(try first[0].contains(Regex(opened)), "\(first)")

        try stage.client.send(Self.frame)
        _ = try stage.client.reader.read(count: 10)
        stage.client.socket.close()
        var lines: [Substring] = []
        try eventually("the line of the end") {
            lines = try stage.proxy.logLines(with: "/feed")
            return lines.count > 1
        }
        #expect(lines.count == 2)
        #expect(try lines[1].contains(Regex(ended)), "\(lines)")
        #expect(!lines.joined().contains("hidden"))
    }

    @Test func `a tunnel's bytes are counted as they pass, and its request once, without its duration`()
        throws
    {
        let stage = try Stage("\(Admin.config), \"shards\": 2", Self.echo)
        let admin = try Admin(of: stage.proxy)
        let requests = #"corsway_requests_total{route="prefix",code="101",cors="allowed"}"#
        let open = try admin.metrics("an open tunnel") { $0["corsway_tunnels"] == 1 }
        #expect(open["corsway_tunnels_opened_total"] == 1 && open[requests] == 1)
        #expect(open[#"corsway_tunnel_bytes_total{direction="received"}"#] == 0)

        try stage.client.send(Self.frame)
        _ = try stage.client.reader.read(count: 10)
        try admin.metrics("the bytes of an open tunnel") {
            $0["corsway_tunnels"] == 1 && $0[#"corsway_tunnel_bytes_total{direction="received"}"#] == 7
                && $0[#"corsway_tunnel_bytes_total{direction="sent"}"#] == 10
        }

        stage.client.socket.close()
        let over = try admin.metrics("no open tunnel") { $0["corsway_tunnels"] == 0 }
        #expect(over[#"corsway_tunnels_ended_total{reason="client"}"#] == 1)
        #expect(over.sum("corsway_tunnels_ended_total") == 1)
        #expect(over["corsway_tunnels_opened_total"] == 1 && over[requests] == 1)
        #expect(over.sum("corsway_requests_total") == 1)
        // No request has a duration or a body.
        for name in [
            "request_duration_seconds_count", "upstream_duration_seconds_count", "response_body_bytes_total",
        ] {
            #expect(over.sum("corsway_\(name)") == 0, "\(name)")
        }
    }

    /// Who ends a tunnel, and how.
    private enum End: CaseIterable {
        case client, clientLost, upstream, upstreamLost, idle, policy, drain

        var reason: String {
            switch self {
            case .client: "client"
            case .clientLost: "client-lost"
            case .upstream: "upstream"
            case .upstreamLost: "upstream-lost"
            case .idle: "idle"
            case .policy: "policy"
            case .drain: "drain"
            }
        }
    }

    @Test(arguments: End.allCases)
    private func `the reason of an end is told`(end: End) throws {
        let limit = end == .idle ? "200ms" : "1m"
        let config =
            #""log": {"format": "json"}, "upstream": {"streamIdleTimeout": "\#(limit)"}, "limits": {"drainTimeout": "5s"}"#
        let stage = try Stage(config) { connection, turn in
            switch end {
            case .upstream: try turn.wait()
            case .upstreamLost:
                try turn.wait()
                connection.reset()
            default: try connection.awaitClose()
            }
        }
        switch end {
        case .client: stage.client.socket.close()
        case .clientLost: stage.client.socket.reset()
        case .upstream:
            stage.turn.open()
            try stage.client.readEnding()
            stage.client.socket.close()
        case .upstreamLost: stage.turn.open()
        case .idle: break
        case .policy:
            try stage.proxy.folder.write(
                "{\(config), \"prefix\": {\"webSockets\": false}}",
                to: "config.json"
            )
            stage.proxy.child.send(signal: SIGHUP)
        case .drain: stage.proxy.child.send(signal: SIGTERM)
        }
        let line = try #require(try stage.proxy.logLines(with: #""tunnel":"ended""#).first)
        #expect(line.contains(#""ending":"\#(end.reason)""#), "\(line)")
        #expect(!line.contains(#""error""#), "\(line)")
    }
}
