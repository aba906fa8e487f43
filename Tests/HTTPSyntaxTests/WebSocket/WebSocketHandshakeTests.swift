import Testing

@testable import HTTPSyntax

/// RFC 6455 §4.2.1.
@Suite struct WebSocketHandshakeTests {
    private static let valid = [
        "Host: localhost", "Connection: keep-alive, Upgrade", "Upgrade: websocket",
        "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]

    private func handshake(
        _ line: String = "GET / HTTP/1.1",
        without: String? = nil,
        _ more: [String] = []
    ) throws -> WebSocketHandshake {
        let fields = Self.valid.filter { field in without.map { !field.hasPrefix($0) } ?? true } + more
        let text = ([line] + fields).joined(separator: "\r\n") + "\r\n\r\n"
        var parser = RequestHeadParser(limits: HeadLimits(headerBytes: 1 << 20, headerCount: 1_000))
        let bytes = octets(text)
        let head = try #require(try parser.parse(bytes.span)).head
        #expect(head.asksForWebSocket == (without != "Upgrade"))
        return try WebSocketHandshake(head)
    }

    @Test func `the RFC's own example is one`() throws {
        let handshake = try handshake(["Sec-WebSocket-Protocol: chat, superchat"])
        #expect(handshake.key == octets("dGhlIHNhbXBsZSBub25jZQ=="))
        #expect(handshake.protocols == ["chat", "superchat"])
    }

    private func handshake(_ more: [String]) throws -> WebSocketHandshake {
        try handshake(without: nil, more)
    }

    @Test(arguments: [
        ("POST / HTTP/1.1", nil, [], WebSocketFault.method),
        ("GET / HTTP/1.0", nil, [], .oldVersion),
        ("GET / HTTP/1.1", "Connection", [], .connection),
        ("GET / HTTP/1.1", "Connection", ["Connection: keep-alive"], .connection),
        ("GET / HTTP/1.1", "Sec-WebSocket-Version", [], .version),
        ("GET / HTTP/1.1", "Sec-WebSocket-Version", ["Sec-WebSocket-Version: 8"], .version),
        ("GET / HTTP/1.1", "Sec-WebSocket-Version", ["Sec-WebSocket-Version: 13, 8"], .version),
        ("GET / HTTP/1.1", nil, ["Sec-WebSocket-Version: 13"], .versions),
        ("GET / HTTP/1.1", "Sec-WebSocket-Key", [], .key),
        ("GET / HTTP/1.1", nil, ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="], .key),
        ("GET / HTTP/1.1", "Sec-WebSocket-Key", ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j"], .key),
        ("GET / HTTP/1.1", "Sec-WebSocket-Key", ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZWE="], .key),
        ("GET / HTTP/1.1", "Sec-WebSocket-Key", ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ"], .key),
        ("GET / HTTP/1.1", "Sec-WebSocket-Key", ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j!Q=="], .key),
        ("GET / HTTP/1.1", nil, ["Content-Length: 5"], .body),
        ("GET / HTTP/1.1", nil, ["Transfer-Encoding: chunked"], .body),
        ("GET / HTTP/1.1", nil, ["Content-Length: 5", "Content-Length: 6"], .body),
        ("GET / HTTP/1.1", nil, ["Sec-WebSocket-Protocol:"], .protocols),
        ("GET / HTTP/1.1", nil, ["Sec-WebSocket-Protocol: a, b", "Sec-WebSocket-Protocol: a"], .protocols),
        ("GET / HTTP/1.1", nil, ["Sec-WebSocket-Protocol: a b"], .protocols),
        ("GET / HTTP/1.1", nil, ["Sec-WebSocket-Protocol: \"a\""], .protocols),
    ])
    func `what breaks a rule is none`(
        line: String,
        without: String?,
        more: [String],
        fault: WebSocketFault
    ) throws {
        let error = #expect(throws: WebSocketFault.self) { try handshake(line, without: without, more) }
        #expect(error == fault)
    }

    @Test(arguments: [
        ["Content-Length: 0"], ["Sec-WebSocket-Protocol: a", "Sec-WebSocket-Protocol: b, A"],
        ["Upgrade: h2c"], ["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"],
    ])
    func `what breaks none is one`(more: [String]) throws {
        _ = try handshake(more)
    }

    @Test func `of subprotocols the order and the case are kept`() throws {
        let more = ["Sec-WebSocket-Protocol: b,, a", "Sec-WebSocket-Protocol: A"]
        #expect(try handshake(more).protocols == ["b", "a", "A"])
    }
}
