import Text

/// A client's opening handshake, read off the head of a request.
///
/// - SeeAlso: RFC 6455 §4.2.1.
public struct WebSocketHandshake: Sendable, Hashable {
    /// The value of Sec-WebSocket-Key, which the server's answer proves that it has read.
    public let key: [UInt8]
    /// The subprotocols that are offered, in the client's order.
    public let protocols: [String]

    /// Reads a handshake strictly.
    ///
    /// - Throws: The first rule of the RFC that the request breaks.
    public init(_ head: RequestHead) throws(WebSocketFault) {
        guard head.method == .get else { throw .method }
        guard head.version == .http11 else { throw .oldVersion }
        guard head.fields.contains("upgrade", in: .connection) else { throw .connection }
        guard head.fields.count(of: .secWebSocketVersion) <= 1 else { throw .versions }
        guard head.fields.value(of: .secWebSocketVersion)?.elementsEqual("13".utf8) == true else {
            throw .version
        }
        guard Self.isBodiless(head) else { throw .body }
        key = try Self.key(in: head.fields)
        protocols = try Self.protocols(in: head.fields)
    }

    private static func isBodiless(_ head: RequestHead) -> Bool {
        do throws(SyntaxError) {
            return try head.framing() == .none
        } catch {
            return false
        }
    }

    private static func key(in fields: FieldSection) throws(WebSocketFault) -> [UInt8] {
        guard fields.count(of: .secWebSocketKey) == 1, let key = fields.value(of: .secWebSocketKey),
            key.count == 24, Base64.decoded(key)?.count == 16
        else { throw .key }
        return Array(key)
    }

    private static func protocols(in fields: FieldSection) throws(WebSocketFault) -> [String] {
        guard fields.contains(.secWebSocketProtocol) else { return [] }
        let elements = fields.elements(of: .secWebSocketProtocol)
        guard !elements.isEmpty, elements.allSatisfy({ HTTPToken.isValid($0) }),
            Set(elements).count == elements.count
        else { throw .protocols }
        return elements.map { String(decoding: $0, as: UTF8.self) }
    }
}

extension RequestHead {
    /// Whether it is a WebSocket handshake, or would be one.
    public var asksForWebSocket: Bool {
        fields.contains(.upgrade) && fields.contains("websocket", in: .upgrade)
    }
}
