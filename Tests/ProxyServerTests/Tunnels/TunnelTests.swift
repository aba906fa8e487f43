import HTTPSyntax
import ProxyCore
import Sockets
import Testing

@testable import ProxyServer

/// Tunnels between scripted ends: what is passed on, and how each ends.
@Suite struct TunnelTests {
    private static let handshake = [
        "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]

    /// An exchange whose upstream has answered 101.
    private final class Scene {
        let stage: ExchangeStage
        let client = ScriptedClient()
        let exchange: ProxiedExchange
        let upstream = ScriptedTunnelEnd()

        init(
            _ keys: String = #""limits": {}"#,
            fields: [(KnownField, String)] = [],
            _ prepare: (ScriptedTunnelEnd) -> Void = { _ in }
        ) throws {
            stage = try ExchangeStage(keys)
            prepare(upstream)
            exchange = try stage.begin("GET /ws://127.0.0.1:9000/x", TunnelTests.handshake, to: client)
            let head = ExchangeStage.head(
                101,
                [(.connection, "upgrade"), (.upgrade, "websocket"), (.secWebSocketAccept, "A")] + fields
            )
            try #require(stage.upstreams.opened.first?.transfer).upgraded(head, upstream)
        }

        var end: ScriptedTunnelEnd {
            get throws { try #require(client.tunnelEnd) }
        }

        var tunnel: Tunnel {
            get throws { try #require(upstream.tunnel) }
        }
    }

    /// A text frame of a server.
    private static func frame(_ text: String) -> [UInt8] { [0x81, UInt8(text.utf8.count)] + text.utf8 }

    // MARK: Opening

    @Test func `a handshake gets a fresh connection, and the answer is the client's`() throws {
        let scene = try Scene(fields: [(.secWebSocketProtocol, "chat"), (.contentLength, "3"), (.te, "x")])
        #expect(scene.stage.upstreams.opened.map(\.isFresh) == [true])
        #expect(scene.client.status == 101)
        #expect(scene.client.fields.string(of: .secWebSocketAccept) == "A")
        #expect(scene.client.fields.string(of: .secWebSocketProtocol) == "chat")
        #expect(scene.client.fields.strings(of: .connection) == ["Upgrade"])
        #expect(scene.client.fields.strings(of: .upgrade) == ["websocket"])
        #expect(!scene.client.fields.contains(.contentLength) && !scene.client.fields.contains(.te))
        #expect(scene.stage.observer.heads == [101])
        #expect(scene.client.faults.isEmpty)
    }

    @Test func `what came early on either side goes first`() throws {
        let scene = try Scene { $0.early = Self.frame("early") }
        #expect(try scene.end.written == Self.frame("early"))
        #expect(try scene.end.flushed == 7)
        #expect(scene.upstream.calls == 1, "it is read from the next round on")
    }

    @Test func `another answer than 101 is an ordinary one, behind which the connection closes`() throws {
        let stage = try ExchangeStage()
        let client = ScriptedClient()
        let exchange = try stage.begin("GET /ws://127.0.0.1:9000/x", Self.handshake, to: client)
        #expect(exchange.asksForTunnel)
        let transfer = try #require(stage.upstreams.opened.first?.transfer)
        transfer.received(ExchangeStage.head(401), .none)
        transfer.ended(persists: true)
        #expect(client.status == 401 && !client.persists && !client.servesNext && client.faults.isEmpty)
        #expect(stage.context.tunnels.count == 0)
    }

    @Test func `a redirect of a handshake is not followed`() throws {
        let stage = try ExchangeStage()
        let client = ScriptedClient()
        _ = try stage.begin("GET /ws://127.0.0.1:9000/x", Self.handshake, to: client)
        let head = ExchangeStage.head(302, [(.location, "http://127.0.0.1:9001/y")])
        try #require(stage.upstreams.opened.first?.transfer).received(head, .none)
        #expect(client.status == 302 && stage.upstreams.opened.count == 1)
    }

    @Test func `places are bounded, and free again behind the end`() throws {
        let scene = try Scene()
        #expect(scene.stage.context.tunnels.count == 1)
        let second = ScriptedClient()
        _ = try scene.stage.begin("GET /ws://127.0.0.1:9000/x", Self.handshake, to: second)
        #expect(second.status == 503 && second.fields.contains(.retryAfter))
        #expect(scene.stage.observer.errorCode == .tooManyTunnels)
        try scene.end.input = [.failed(.closed("recv"))]
        try scene.tunnel.ready(.client)
        #expect(scene.stage.context.tunnels.count == 0)
    }

    // MARK: Bytes

    @Test func `bytes go both ways`() throws {
        let scene = try Scene()
        try scene.end.bytes = [1, 2, 3]
        scene.upstream.bytes = Self.frame("abc")
        try scene.tunnel.ready(.client)
        try scene.tunnel.ready(.upstream)
        #expect(scene.upstream.written == [1, 2, 3] && scene.upstream.flushed == 3)
        #expect(try scene.end.written == Self.frame("abc"))
    }

    @Test func `a side is not read while the other is full, and on once it has drained`() throws {
        let scene = try Scene()
        try scene.end.bytes = [1, 2, 3]
        scene.upstream.bytes = Self.frame("abc")
        scene.upstream.isFull = true
        try scene.tunnel.ready(.client)
        try scene.tunnel.ready(.upstream)
        #expect(scene.upstream.written.isEmpty)
        #expect(try scene.end.written == Self.frame("abc"), "the other direction goes on")
        scene.upstream.isFull = false
        try scene.tunnel.drained(.upstream)
        #expect(scene.upstream.written == [1, 2, 3])
    }

    @Test func `one that always sends has its turn only`() throws {
        let scene = try Scene()
        let calls = scene.upstream.calls
        scene.upstream.bytes = [UInt8](repeating: 0, count: 1 << 20)
        try scene.tunnel.ready(.upstream)
        #expect(!scene.upstream.bytes.isEmpty && scene.upstream.calls == calls + 1)
    }

    // MARK: Ends

    @Test func `an end in one direction is passed on, and the other goes on`() throws {
        let scene = try Scene()
        try scene.end.input = [.endOfStream]
        try scene.tunnel.ready(.client)
        #expect(scene.upstream.hasFinishedSending && scene.upstream.endings.isEmpty)
        scene.upstream.bytes = Self.frame("last")
        scene.upstream.input = [.endOfStream]
        try scene.tunnel.ready(.upstream)
        #expect(try scene.end.written == Self.frame("last"))
        #expect(try scene.end.endings == [.closedOnceDrained])
        #expect(scene.upstream.endings == [.closedOnceDrained])
        #expect(scene.stage.observer.ended == 1)
    }

    @Test func `who sends the first close frame has ended it, whoever closes the connection`() throws {
        let goodbye: [UInt8] = [0x88, 2, 0x03, 0xE8]
        for isClient in [true, false] {
            let scene = try Scene()
            try scene.end.bytes = [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xE8]
            scene.upstream.bytes = goodbye
            let order: [Tunnel.Side] = isClient ? [.client, .upstream] : [.upstream, .client]
            for side in order { try scene.tunnel.ready(side) }
            // The server closes first, as RFC 6455 §7.1.1 has it.
            scene.upstream.input = [.endOfStream]
            try scene.tunnel.ready(.upstream)
            try scene.end.input = [.endOfStream]
            try scene.tunnel.ready(.client)
            #expect(scene.stage.observer.ending == (isClient ? .client : .upstream))
        }
    }

    @Test func `where TLS knows no half an end closes both`() throws {
        let scene = try Scene { $0.halfCloses = false }
        try scene.end.input = [.endOfStream]
        try scene.tunnel.ready(.client)
        #expect(try scene.end.endings == [.closedOnceDrained])
        #expect(scene.upstream.endings == [.closedOnceDrained])
    }

    @Test func `what breaks on one side breaks on the other`() throws {
        let first = try Scene()
        try first.end.input = [.failed(.closed("recv"))]
        try first.tunnel.ready(.client)
        #expect(first.upstream.endings == [.cut], "behind what was written")
        #expect(try first.end.endings == [.reset])
        let second = try Scene()
        second.upstream.input = [.failed(.closed("recv"))]
        try second.tunnel.ready(.upstream)
        #expect(second.upstream.endings == [.reset])
        #expect(try second.end.endings == [.cut], "behind what was written")
        #expect(second.stage.observer.ended == 1)
    }

    @Test func `what came before a side breaks is passed on before the end`() throws {
        let first = try Scene()
        try first.end.bytes = [0x88, 0x80, 1, 2, 3, 4]
        try first.tunnel.lost(.client)
        #expect(first.upstream.written == [0x88, 0x80, 1, 2, 3, 4] && first.upstream.flushed == 6)
        #expect(first.upstream.endings == [.cut])
        let second = try Scene()
        second.upstream.bytes = [0x88, 2, 0x03, 0xF0]
        try second.tunnel.lost(.upstream)
        #expect(try second.end.written == [0x88, 2, 0x03, 0xF0] && second.end.flushed == 4)
        #expect(try second.end.endings == [.cut])
        #expect(second.stage.observer.ended == 1)
    }

    // MARK: Goodbye

    @Test func `the client is told between two frames, and may still answer`() throws {
        let scene = try Scene()
        let whole = Self.frame("abcdef")
        scene.upstream.bytes = Array(whole.prefix(3))
        try scene.tunnel.ready(.upstream)
        try scene.tunnel.leave(.goingAway, .drain)
        #expect(try scene.end.written == Array(whole.prefix(3)), "the frame is not whole")
        scene.upstream.bytes = Array(whole.dropFirst(3)) + Self.frame("more")
        try scene.tunnel.ready(.upstream)
        let goodbye = whole + [0x88, 2, 0x03, 0xE9]
        #expect(try scene.end.written == goodbye)
        scene.upstream.bytes = Self.frame("late")
        try scene.tunnel.ready(.upstream)
        #expect(try scene.end.written == goodbye, "behind the goodbye nothing follows")
        try scene.end.bytes = [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xE9]
        try scene.tunnel.ready(.client)
        #expect(scene.upstream.written.count == 8, "the client's answer is the upstream's to know")
        scene.upstream.input = [.endOfStream]
        try scene.tunnel.ready(.upstream)
        #expect(try scene.end.endings == [.closedOnceDrained])
    }

    @Test func `behind an upstream's end nothing is said`() throws {
        let scene = try Scene()
        scene.upstream.input = [.endOfStream]
        try scene.tunnel.ready(.upstream)
        #expect(try scene.end.hasFinishedSending)
        try scene.tunnel.leave(.goingAway, .drain)
        #expect(try scene.end.written.isEmpty, "no byte can follow where the direction has ended")
        try scene.tunnel.deadlinePassed(at: .now().advanced(byNanoseconds: 3_000_000_000))
        #expect(try scene.end.endings == [.closed])
    }

    @Test(arguments: [true, false])
    func `an end while a client is slow waits no longer than the goodbye`(takesAll: Bool) throws {
        let scene = try Scene()
        try scene.end.isDrained = false
        try scene.tunnel.leave(.goingAway, .drain)
        scene.upstream.input = [.endOfStream]
        try scene.tunnel.ready(.upstream)
        #expect(try scene.end.endings.isEmpty, "what was written is still to be taken")
        let tunnel = try scene.tunnel
        if takesAll {
            try scene.end.isDrained = true
            tunnel.drained(.client)
            #expect(try scene.end.endings == [.closedOnceDrained])
        } else {
            tunnel.deadlinePassed(at: .now().advanced(byNanoseconds: 3_000_000_000))
            #expect(try scene.end.endings == [.reset])
        }
        #expect(scene.stage.observer.ended == 1)
    }

    @Test func `a client that is lost while the last frame goes out has had its end`() throws {
        let scene = try Scene()
        let whole = Self.frame("abcdef")
        scene.upstream.bytes = Array(whole.prefix(3))
        let tunnel = try scene.tunnel
        tunnel.ready(.upstream)
        tunnel.leave(.goingAway, .drain)
        try scene.end.onFlush = { tunnel.lost(.client) }
        scene.upstream.bytes = Array(whole.dropFirst(3))
        tunnel.ready(.upstream)
        #expect(try Array(scene.end.written.prefix(whole.count)) == whole)
        #expect(tunnel.deadline == .distantFuture)
        #expect(try scene.end.endings == [.reset])
        #expect(scene.upstream.endings == [.cut])
        #expect(scene.stage.observer.ended == 1)
    }

    @Test func `an upstream that has closed is not spoken for`() throws {
        let scene = try Scene()
        scene.upstream.bytes = [0x88, 2, 0x03, 0xE8]
        try scene.tunnel.ready(.upstream)
        try scene.tunnel.leave(.goingAway, .drain)
        #expect(try scene.end.written == [0x88, 2, 0x03, 0xE8])
    }

    @Test func `one that does not answer is closed in the end, and one that does not read is reset`() throws {
        for isDrained in [true, false] {
            let scene = try Scene()
            try scene.end.isDrained = isDrained
            try scene.tunnel.leave(.goingAway, .drain)
            try scene.tunnel.deadlinePassed(at: .now())
            #expect(try scene.end.endings.isEmpty, "not yet")
            try scene.tunnel.deadlinePassed(at: .now().advanced(byNanoseconds: 3_000_000_000))
            #expect(try scene.end.endings == [isDrained ? .closed : .reset])
        }
    }

    @Test func `a tunnel through which nothing goes is closed after streamIdleTimeout`() throws {
        let scene = try Scene(#""upstream": {"streamIdleTimeout": "1h"}"#)
        let hour: UInt64 = 3_600_000_000_000
        try scene.tunnel.deadlinePassed(at: .now().advanced(byNanoseconds: hour - 60_000_000_000))
        #expect(try scene.end.written.isEmpty)
        try scene.tunnel.deadlinePassed(at: .now().advanced(byNanoseconds: hour))
        #expect(try scene.end.written == [0x88, 2, 0x03, 0xE9])
    }
}
