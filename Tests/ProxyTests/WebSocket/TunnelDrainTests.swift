import Foundation
import TestSupport
import Testing

/// What becomes of tunnels when the proxy stops or loads another configuration.
@Suite struct TunnelDrainTests {
    private static let listening = #""listen": {"port": 0}"#

    private static func isClosed(_ proxy: ProxyProcess) -> Bool {
        if case .failure = Result(catching: { try proxy.connect() }) { true } else { false }
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `a hundred tunnels are told 1001, and the proxy ends in order`(signal: Int32) throws {
        let upstream = try ScriptedUpstream.webSocket()
        let proxy = try ProxyProcess(#"{"limits": {"drainTimeout": "10s"}}"#)
        let sockets = try (0..<100).map { number in
            let socket = try proxy.openWebSocket(upstream.url())
            // Some have spoken, some have a message under way to the upstream.
            if number % 3 == 0 {
                try socket.send("hello")
                #expect(try socket.receiveText() == "hello")
            } else if number % 3 == 1 {
                try socket.socket.write(Array(socket.bytes(of: .text("0123456789")).prefix(8)))
            }
            return socket
        }
        proxy.child.send(signal: signal)
        for (number, socket) in sockets.enumerated() {
            let frame = try socket.receive()
            #expect(frame?.closeCode == 1_001, "tunnel \(number): \(frame?.description ?? "an end")")
            if number.isMultiple(of: 2) { _ = Result { try socket.send(.close(1_001)) } }
            #expect(try socket.receive() == nil)
        }
        #expect(try proxy.child.exit(within: .seconds(10)) == .status(0))
        try eventually("the upstream's connections are closed") { upstream.closedConnections == 100 }
    }

    @Test func `clients that never answer the goodbye hold the end up for two seconds only`() throws {
        let upstream = try ScriptedUpstream.webSocket()
        let proxy = try ProxyProcess(#"{"limits": {"drainTimeout": "30s"}}"#)
        let sockets = try (0..<20).map { _ in try proxy.openWebSocket(upstream.url()) }
        proxy.child.send(signal: SIGTERM)
        #expect(try proxy.child.exit(within: .seconds(10)) == .status(0))
        #expect(try sockets.map { try $0.receive()?.closeCode } == Array(repeating: 1_001, count: 20))
    }

    @Test func `a drainTimeout shorter than the goodbye bounds it`() throws {
        let upstream = try ScriptedUpstream.webSocket()
        let proxy = try ProxyProcess(#"{"limits": {"drainTimeout": "1500ms"}}"#)
        let sockets = try (0..<20).map { _ in try proxy.openWebSocket(upstream.url()) }
        proxy.child.send(signal: SIGTERM)
        #expect(try proxy.child.exit(within: .seconds(5)) == .status(0))
        #expect(try sockets.map { try $0.receive()?.closeCode } == Array(repeating: 1_001, count: 20))
    }

    @Test func `a client that reads nothing holds the end up for a moment only`() throws {
        let upstream = try ScriptedUpstream.webSocket { socket in
            let frame = socket.bytes(of: WebSocketFrame(.binary, Array(repeating: 7, count: 50_000)))
            while true { try socket.socket.write(frame, until: Deadline(in: .seconds(60))) }
        }
        let proxy = try ProxyProcess(#"{"limits": {"drainTimeout": "20s"}}"#)
        let socket = try proxy.openWebSocket(upstream.url(), receiveBuffer: 4_096)
        #expect(try socket.receive()?.payload.count == 50_000)
        proxy.child.send(signal: SIGTERM)
        #expect(try proxy.child.exit(within: .seconds(8)) == .status(0))
        withExtendedLifetime(socket) {}
    }

    @Test(arguments: [3, 60, 300, 70_000])
    func `the goodbye stands behind the frame that the upstream is sending`(already: Int) throws {
        let stopping = Latch()
        let payload = pseudoRandomBytes(100_000)
        let frame = WebSocketFrame(.binary, payload)
        let upstream = try ScriptedUpstream.webSocket { socket in
            let bytes = socket.bytes(of: frame)
            try socket.socket.write(Array(bytes[..<already]))
            try stopping.wait()
            try socket.socket.write(Array(bytes[already...]))
            // Nothing of a further frame may come in front of the goodbye in part.
            _ = Result { try socket.socket.write(bytes) }
            try socket.readEnding()
        }
        let proxy = try ProxyProcess(#"{"limits": {"drainTimeout": "20s"}}"#)
        let socket = try proxy.openWebSocket(upstream.url())
        let start = try socket.reader.read(count: 2)
        #expect(start == [0x82, 127])
        proxy.child.send(signal: SIGTERM)
        try eventually("the listener is closed") { Self.isClosed(proxy) }
        stopping.open()
        #expect(try socket.reader.read(count: 8) == [0, 0, 0, 0, 0, 1, 0x86, 0xA0])
        #expect(try socket.reader.read(count: payload.count) == payload)
        var next = try socket.receive()
        if next == frame { next = try socket.receive() }
        #expect(next?.closeCode == 1_001, "\(next?.description ?? "an end")")
        #expect(try socket.receive() == nil)
        #expect(try proxy.child.exit(within: .seconds(10)) == .status(0))
    }

    @Test func `an upstream that never ends its frame holds nobody up`() throws {
        let upstream = try ScriptedUpstream.webSocket { socket in
            try socket.socket.write(Array(socket.bytes(of: .text("0123456789")).prefix(5)))
            try socket.readEnding()
        }
        let proxy = try ProxyProcess(#"{"limits": {"drainTimeout": "20s"}}"#)
        let socket = try proxy.openWebSocket(upstream.url())
        #expect(try socket.reader.read(count: 5) == [0x81, 10, 0x30, 0x31, 0x32])
        proxy.child.send(signal: SIGTERM)
        #expect(try proxy.child.exit(within: .seconds(8)) == .status(0))
        #expect(try socket.reader.readToEnd().isEmpty, "no close frame within another")
    }

    @Test func `a stream of frames is ended at one of their boundaries`() throws {
        let upstream = try ScriptedUpstream.webSocket { socket in
            let frames = (1...50).flatMap { count in
                socket.bytes(of: WebSocketFrame(.binary, Array(repeating: 7, count: count * 37)))
            }
            // Each piece but the last ends within a frame.
            let pieces = stride(from: 0, to: frames.count, by: 10_007).map { start in
                Array(frames[start..<min(start + 10_007, frames.count)])
            }
            while true {
                for piece in pieces {
                    try socket.socket.write(piece)
                    let next = Deadline(in: .milliseconds(5))
                    try eventually("the next piece is due") { next.hasPassed }
                }
            }
        }
        let proxy = try ProxyProcess(#"{"limits": {"drainTimeout": "20s"}}"#)
        let began = Counter()
        let clients = (1...4).map { _ in
            Background {
                let socket = try proxy.openWebSocket(upstream.url())
                var count = 0
                while let frame = try socket.receive() {
                    if let code = frame.closeCode {
                        return try socket.receive() == nil ? "\(code)" : "\(code), and more behind it"
                    }
                    guard frame.payload.count == (count % 50 + 1) * 37 else { return "a frame is missing" }
                    count += 1
                    if count == 10 { began.add() }
                }
                return "an end without a close frame"
            }
        }
        try eventually("all receive") { began.value == 4 }
        proxy.child.send(signal: SIGTERM)
        for client in clients { #expect(try client.value() == "1001") }
        #expect(try proxy.child.exit(within: .seconds(10)) == .status(0))
    }

    @Test func `an upstream that is closing is not told twice`() throws {
        let upstream = try ScriptedUpstream.webSocket { socket in
            try socket.send(.close(1_000, "bye"))
            try socket.readEnding()
        }
        let proxy = try ProxyProcess(#"{"limits": {"drainTimeout": "20s"}}"#)
        let socket = try proxy.openWebSocket(upstream.url())
        #expect(try socket.receive() == .close(1_000, "bye"))
        proxy.child.send(signal: SIGTERM)
        #expect(try proxy.child.exit(within: .seconds(8)) == .status(0))
        #expect(try socket.reader.readToEnd().isEmpty, "nothing comes behind a close frame")
    }

    @Test func `a handshake that is under way at the stop still ends it in order`() throws {
        let answering = Latch()
        let upstream = try ScriptedUpstream { connection in
            guard try connection.readRequest() != nil else { return }
            try answering.wait()
            try connection.send(WebSocketHandshake.answer(to: WebSocketHandshake.key))
            try connection.awaitClose()
        }
        let proxy = try ProxyProcess(#"{"limits": {"drainTimeout": "20s"}}"#)
        let client = try proxy.connect()
        try client.send(proxy.head("GET", upstream.url(), WebSocketHandshake.fields))
        try eventually("the handshake is under way") { upstream.requests.count == 1 }
        proxy.child.send(signal: SIGTERM)
        try eventually("the listener is closed") { Self.isClosed(proxy) }
        answering.open()
        // Whether it still opens or is refused: what opens is told 1001.
        let head = try client.readHead()
        if head.status == 101 {
            let goodbye = WebSocketFrame.close(1_001).encoded()
            #expect(try client.reader.readToEnd().starts(with: [goodbye[0]]))
        } else {
            #expect(head.status >= 500)
        }
        #expect(try proxy.child.exit(within: .seconds(10)) == .status(0))
    }

    /// Writes another configuration, and waits until it is in force.
    private func reload(_ proxy: ProxyProcess, _ more: String) throws {
        let text = "loaded again"
        let before = proxy.child.standardOutput.components(separatedBy: text).count
        try proxy.folder.write("{\(Self.listening)\(more)}", to: "config.json")
        proxy.child.send(signal: SIGHUP)
        try eventually("\"\(text)\" in \(proxy.child.standardOutput)") {
            proxy.child.standardOutput.components(separatedBy: text).count > before
        }
    }

    private static func routes(_ routes: String...) -> String {
        #", "routes": [\#(routes.joined(separator: ", "))]"#
    }

    /// A reload, and whether the tunnel of the route `/r/` outlives it.
    struct Change: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// The members of the route, and what stands beside `routes`; nil where the route is gone.
        var route: String?
        var more = ""
        var outlives: Bool
    }

    private static let first =
        #""clientKeys": ["k-1", "k-2"], "cors": {"allowedOrigins": ["https://app.example"]}"#

    @Test(arguments: [
        Change(testDescription: "the same", route: first, outlives: true),
        Change(
            testDescription: "another limit",
            route: first,
            more: #", "limits": {"idleTimeout": "5s"}"#,
            outlives: true
        ),
        Change(
            testDescription: "another key and origin beside",
            route:
                #""clientKeys": ["k-3", "k-1"], "cors": {"allowedOrigins": ["https://b.example", "https://app.example"]}"#,
            outlives: true
        ),
        Change(testDescription: "the route is gone", route: nil, outlives: false),
        Change(
            testDescription: "the origin is gone",
            route: #""clientKeys": ["k-1"], "cors": {"allowedOrigins": ["https://b.example"]}"#,
            outlives: false
        ),
        Change(
            testDescription: "the origin is denied",
            route:
                #""clientKeys": ["k-1"], "cors": {"allowedOrigins": ["https://app.example", "https://b.example"], "deniedOrigins": ["https://app.example"]}"#,
            outlives: false
        ),
        Change(
            testDescription: "the key is gone",
            route: #""clientKeys": ["k-2"], "cors": {"allowedOrigins": ["https://app.example"]}"#,
            outlives: false
        ),
        Change(
            testDescription: "webSockets are off",
            route: "\(first), \"webSockets\": false",
            outlives: false
        ),
    ])
    func `a reload ends with 1008 the tunnels that it would not open, and no other`(change: Change) throws {
        let upstream = try ScriptedUpstream.webSocket()
        let route = Gateway.route("/r/", to: upstream.url(), Self.first)
        let open = Gateway.route("/open/", to: upstream.url())
        let proxy = try ProxyProcess(
            "{\(Self.listening)\(Self.routes(route, open))}",
            ProxyProcess.Launch(arguments: [])
        )
        let other = try proxy.openWebSocket("open/x")
        let socket = try proxy.openWebSocket("r/x", [origin(Policy.app), "X-Proxy-Key: k-1"])
        let renewed = change.route.map { Gateway.route("/r/", to: upstream.url(), $0) }
        let routes = ([renewed, open] as [String?]).compactMap { $0 }.joined(separator: ", ")
        try reload(proxy, ", \"routes\": [\(routes)]\(change.more)")
        if change.outlives {
            try socket.send("still")
            #expect(try socket.receiveText() == "still")
        } else {
            #expect(try socket.receive()?.closeCode == 1_008)
            #expect(try socket.receive() == nil)
        }
        try other.send("other")
        #expect(try other.receiveText() == "other")
    }

    @Test func `a route that leads elsewhere ends its tunnels`() throws {
        let upstream = try ScriptedUpstream.webSocket()
        let elsewhere = try ScriptedUpstream.webSocket()
        let proxy = try ProxyProcess(
            "{\(Self.listening)\(Self.routes(Gateway.route("/r/", to: upstream.url())))}",
            ProxyProcess.Launch(arguments: [])
        )
        let socket = try proxy.openWebSocket("r/x")
        let prefixed = try proxy.openWebSocket(upstream.url())
        try reload(proxy, Self.routes(Gateway.route("/r/", to: elsewhere.url())))
        #expect(try socket.receive()?.closeCode == 1_008)
        try prefixed.send("still")
        #expect(try prefixed.receiveText() == "still")
        try reload(proxy, #", "prefix": {"enabled": false}"#)
        #expect(try prefixed.receive()?.closeCode == 1_008)
        #expect(elsewhere.openedConnections == 0)
    }
}
