import Text

/// What a handshake has offered to a server, by which the server's 101 is judged.
///
/// - SeeAlso: RFC 6455 §4.2.2.
public struct WebSocketOffer: Sendable {
    /// What Sec-WebSocket-Accept has to be.
    public let accept: [UInt8]
    private let protocols: [String]

    /// What a key is joined with before it is hashed.
    private static let suffix = Array("258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8)

    /// Makes an offer.
    ///
    /// - Parameters:
    ///   - key: The value of Sec-WebSocket-Key.
    ///   - protocols: The subprotocols that are offered.
    ///   - sha1: Hashes bytes by SHA-1.
    public init(key: [UInt8], protocols: [String], sha1: ([UInt8]) -> [UInt8]) {
        accept = Base64.encoded(sha1(key + Self.suffix))
        self.protocols = protocols
    }

    /// The rule that a 101 breaks, nil where it accepts this offer.
    func fault(in head: ResponseHead) -> SyntaxError? {
        let fields = head.fields
        guard head.version == .http11, fields.count(of: .upgrade) == 1,
            fields.elements(of: .upgrade).count == 1, fields.contains("websocket", in: .upgrade),
            fields.contains("upgrade", in: .connection)
        else { return .wrongUpgrade }
        guard fields.count(of: .secWebSocketAccept) == 1,
            fields.value(of: .secWebSocketAccept)?.elementsEqual(accept) == true
        else { return .wrongWebSocketAccept }
        guard fields.contains(.secWebSocketProtocol) else { return nil }
        guard fields.count(of: .secWebSocketProtocol) == 1,
            let chosen = fields.string(of: .secWebSocketProtocol),
            protocols.contains(chosen)
        else { return .unofferedSubprotocol }
        return nil
    }
}
