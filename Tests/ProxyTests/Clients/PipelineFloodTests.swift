import Foundation
import TestSupport
import Testing

/// Clients that pipeline large heads, each write of which ends in the middle of one.
///
/// The answers are read as they come: nothing but what was read and used could make the proxy grow.
@Suite(.serialized) struct PipelineFloodTests {
    private static let headBytes = 28_000
    private static let count = 1_200
    private static let bound = 12 << 20

    private static func head(_ path: String, host: String) -> [UInt8] {
        let start = "GET /\(path) HTTP/1.1\r\nHost: \(host)\r\nX-Padding: "
        return Array(
            (start + String(repeating: "a", count: headBytes - start.utf8.count - 4) + "\r\n\r\n").utf8
        )
    }

    /// Sends so many heads, cut in their middles, and reads every answer.
    private static func flood(_ path: String, port: Int, status: Int) throws {
        let client = try RawClient(port: port)
        let head = head(path, host: "127.0.0.1:\(port)")
        let middle = headBytes / 2
        try client.send(Array(head[..<middle]))
        let socket = client.socket
        let sending = Background {
            let piece = head[middle...] + head[..<middle]
            for _ in 1..<count { try socket.write(Array(piece)) }
            try socket.write(Array(head[middle...]))
        }
        for _ in 0..<count { #expect(try client.readResponse().status == status) }
        try sending.value()
    }

    @Test func `a client that pipelines does not make the proxy grow by its own answers`() throws {
        let proxy = try ProxyProcess(#"{"log": {"level": "error"}}"#)
        _ = try proxy.request("GET", "iscorsneeded")
        let before = proxy.child.residentBytes
        try Self.flood("iscorsneeded", port: proxy.port, status: 200)
        #expect(proxy.child.residentBytes - before < Self.bound)
    }

    @Test func `nor by those of an upstream`() throws {
        let upstream = try ScriptedUpstream { _ in Answer.text("ok") }
        let proxy = try ProxyProcess(#"{"log": {"level": "error"}}"#)
        _ = try proxy.request("GET", upstream.url())
        let before = proxy.child.residentBytes
        try Self.flood(upstream.url("/"), port: proxy.port, status: 200)
        #expect(proxy.child.residentBytes - before < Self.bound)
    }

    @Test func `nor on the admin listener`() throws {
        let proxy = try ProxyProcess(#"{"log": {"level": "info"}, "admin": {"enabled": true, "port": 0}}"#)
        let line = try proxy.logLines(with: "health and metrics on http://").joined()
        let port = try #require(
            line.firstMatch(of: /metrics on http:\/\/[^ ]*:([0-9]+)/).flatMap { Int($0.1) }
        )
        let before = proxy.child.residentBytes
        try Self.flood("healthz", port: port, status: 200)
        #expect(proxy.child.residentBytes - before < Self.bound)
    }

    @Test func `nor over TLS, whose records end in the middle of heads`() throws {
        let folder = try TemporaryFolder()
        let made = try CorswayProgram.run(["certs", "--out", folder.path])
        #expect(made.exit == .status(0), "\(made.error)")
        let proxy = try ProxyProcess(
            """
            {"log": {"level": "error"},
             "listen": {"tls": {"certificate": "\(folder.path)/localhost.pem",
                                "privateKey": "\(folder.path)/localhost.key"}}}
            """
        )
        let head = String(decoding: Self.head("iscorsneeded", host: "localhost:\(proxy.port)"), as: UTF8.self)
        let input = try folder.write(
            String(repeating: head, count: Self.count)
                + "GET /iscorsneeded HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            to: "heads"
        )
        let before = proxy.child.residentBytes
        let answers = try run(
            "/bin/sh",
            [
                "-c",
                "openssl s_client -quiet -connect 127.0.0.1:\(proxy.port) <\(input) 2>/dev/null | grep -c 'HTTP/1.1 200'",
            ]
        )
        #expect(answers.hasPrefix("\(Self.count + 1)"))
        #expect(proxy.child.residentBytes - before < Self.bound)
    }
    @Test func `a client that reads as fast as it pipelines does not keep others from being served`() throws {
        let proxy = try ProxyProcess(#"{"shards": 1, "log": {"level": "error"}}"#)
        let greedy = try proxy.connect()
        let socket = greedy.socket
        let piece = Array(String(repeating: proxy.head("GET", "iscorsneeded"), count: 2_000).utf8)
        let answered = Counter()
        let sending = Background { while true { try socket.write(piece) } }
        let reading = Background {
            while case .bytes(let bytes) = try socket.read() { answered.add(bytes.count) }
        }
        try eventually("the greedy client is busy") { answered.value > 1 << 20 }
        let patient = try proxy.connect()
        for _ in 0..<20 {
            try patient.send(proxy.head("GET", "iscorsneeded"))
            #expect(try patient.readResponse().text == "no")
        }
        #expect(!sending.isFinished && !reading.isFinished)
        socket.shutDown()
        _ = Result { try sending.value() }
        _ = Result { try reading.value() }
    }
}
