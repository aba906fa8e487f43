import Testing

@testable import HTTPSyntax

/// RFC 6455 §4.2.2, read off a response in pieces.
@Suite struct WebSocketOfferTests {
    private static let valid = [
        "Connection: Upgrade", "Upgrade: WebSocket", "Sec-WebSocket-Accept: AQIDBAUGBwgJCgsMDQ4PEBESExQ=",
    ]
    /// A hash of the test's own: what it is given is looked at elsewhere.
    private static let offer = WebSocketOffer(key: octets("key"), protocols: ["chat", "json"]) { bytes in
        bytes == octets("key258EAFA5-E914-47DA-95CA-C5AB0DC85B11") ? Array(1...20) : []
    }

    private func head(_ fields: [String], _ line: String = "HTTP/1.1 101 Switching Protocols") -> [UInt8] {
        octets(([line] + fields).joined(separator: "\r\n") + "\r\n\r\n")
    }

    /// The status of the head, with how many bytes are left.
    private func read(
        _ bytes: [UInt8],
        cutAt cut: Int? = nil,
        offering offer: WebSocketOffer? = Self.offer
    ) throws(SyntaxError) -> (isUpgraded: Bool, status: Int, rest: Int)? {
        var reader = ResponseReader(to: .get, offering: offer)
        let pieces = cut.map { [Array(bytes[..<$0]), Array(bytes[$0...])] } ?? [bytes]
        for (number, piece) in pieces.enumerated() {
            var offset = 0
            while true {
                let step = try reader.next(in: piece.span, from: &offset)
                let rest = piece.count - offset + (number + 1 < pieces.count ? pieces[number + 1].count : 0)
                switch step {
                case .upgraded(let head): return (true, head.status, rest)
                case .head(let head, _): return (false, head.status, rest)
                case .interim: continue
                case .needsMore, .data, .end: break
                }
                break
            }
        }
        return nil
    }

    @Test func `an accepted handshake is found wherever the bytes are cut, and what follows is left`() throws
    {
        let bytes = head(Self.valid + ["Sec-WebSocket-Protocol: json"]) + [0x81, 0x01, 0x61]
        for cut in 0...bytes.count {
            let answer = try #require(try read(bytes, cutAt: cut))
            #expect(answer.isUpgraded && answer.status == 101 && answer.rest == 3, "cut at \(cut)")
        }
    }

    @Test func `interim responses may come before it, and any other status is an ordinary answer`() throws {
        let early = head(["Link: </x>"], "HTTP/1.1 103 Early Hints")
        #expect(try read(early + head(Self.valid))?.isUpgraded == true)
        let refused = try #require(try read(head(["Content-Length: 0"], "HTTP/1.1 401 No")))
        #expect(!refused.isUpgraded && refused.status == 401)
    }

    private static let accept = "Sec-WebSocket-Accept: AQIDBAUGBwgJCgsMDQ4PEBESExQ="

    /// The lines of heads, parted by `|`, and the rule that each breaks.
    private static let wrong: [(String, SyntaxError)] = [
        ("Connection: Upgrade|Upgrade: websocket", .wrongWebSocketAccept),
        ("Upgrade: websocket|\(accept)", .wrongUpgrade),
        ("Connection: close|Upgrade: websocket|\(accept)", .wrongUpgrade),
        ("Connection: Upgrade|\(accept)", .wrongUpgrade),
        ("Connection: Upgrade|Upgrade: h2c|\(accept)", .wrongUpgrade),
        ("Connection: Upgrade|Upgrade: websocket, h2c|\(accept)", .wrongUpgrade),
        ("Connection: Upgrade|Upgrade: websocket|Upgrade: websocket|\(accept)", .wrongUpgrade),
        ("Connection: Upgrade|Upgrade: websocket|\(accept)|\(accept)", .wrongWebSocketAccept),
        (
            "Connection: Upgrade|Upgrade: websocket|Sec-WebSocket-Accept: aqIDBAUGBwgJCgsMDQ4PEBESExQ=",
            .wrongWebSocketAccept
        ),
    ]

    @Test(arguments: wrong)
    func `what does not answer the offer is refused`(lines: String, rule: SyntaxError) {
        let error = #expect(throws: SyntaxError.self) {
            try read(head(lines.split(separator: "|").map(String.init)))
        }
        #expect(error == rule)
    }

    @Test(arguments: [
        ["Sec-WebSocket-Protocol: Chat"], ["Sec-WebSocket-Protocol: chat, json"],
        ["Sec-WebSocket-Protocol: chat", "Sec-WebSocket-Protocol: json"], ["Sec-WebSocket-Protocol:"],
    ])
    func `a subprotocol is one of those that were offered`(fields: [String]) {
        let error = #expect(throws: SyntaxError.self) { try read(head(Self.valid + fields)) }
        #expect(error == .unofferedSubprotocol)
    }

    @Test func `nothing else may switch protocols`() {
        let unasked = #expect(throws: SyntaxError.self) { try read(head(Self.valid), offering: nil) }
        #expect(unasked == .unaskedUpgrade)
        let old = #expect(throws: SyntaxError.self) { try read(head(Self.valid, "HTTP/1.0 101 X")) }
        #expect(old == .wrongUpgrade)
    }
}
