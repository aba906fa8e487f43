import HTTPSyntax
import Text

/// A WebSocket handshake as it is forwarded: without what is meant for the proxy alone.
///
/// A page cannot set fields: it offers its client key as the subprotocol `corsway.key.` with the key in base64url,
/// not padded, behind it.
public struct WebSocketRequest: Sendable, Hashable {
    /// What the subprotocol starts with that holds a client key.
    public static let keyPrefix = "corsway.key."

    /// The value of Sec-WebSocket-Key.
    public let key: [UInt8]
    /// The subprotocols that the upstream is offered.
    public let protocols: [String]
    /// The client key that was offered; nil where none was, or several.
    let clientKey: [UInt8]?
    /// What the page is told was chosen where it offered nothing but client keys: browsers fail a connection for which
    /// nothing is chosen although something was offered.
    let placeholder: String?
    /// Whether some subprotocol held a client key, valid or not.
    let offersKey: Bool

    /// Reads a request that asks for WebSocket.
    ///
    /// - Throws: The first rule of RFC 6455 that it breaks.
    init(_ head: RequestHead) throws(WebSocketFault) {
        let handshake = try WebSocketHandshake(head)
        key = handshake.key
        let keys = handshake.protocols.filter(Self.holdsKey)
        protocols = keys.isEmpty ? handshake.protocols : handshake.protocols.filter { !Self.holdsKey($0) }
        offersKey = !keys.isEmpty
        placeholder = protocols.isEmpty ? keys.first : nil
        clientKey =
            keys.count == 1 ? Base64.decoded(keys[0].utf8.dropFirst(Self.keyPrefix.utf8.count), .url) : nil
    }

    private static func holdsKey(_ subprotocol: String) -> Bool { subprotocol.hasPrefix(keyPrefix) }

    /// Puts into a request what makes it a handshake, whatever has been set or taken off before.
    func complete(_ fields: inout FieldSection) {
        for field in [KnownField.connection, .upgrade, .secWebSocketKey, .secWebSocketVersion] {
            fields.remove(field)
        }
        fields.append(.connection, "Upgrade")
        fields.append(.upgrade, "websocket")
        fields.append(.secWebSocketVersion, "13")
        fields.append(.secWebSocketKey) { $0 += key }
    }

    /// Takes client keys out of the subprotocols that an upstream is offered.
    func removeKeys(from fields: inout FieldSection) {
        guard offersKey else { return }
        fields.remove(.secWebSocketProtocol)
        if !protocols.isEmpty { fields.append(.secWebSocketProtocol, protocols.joined(separator: ", ")) }
    }

    /// Puts into the head of a 101 what makes it the answer to the client's handshake.
    ///
    /// - Parameter accept: The value of Sec-WebSocket-Accept.
    func complete(answer fields: inout FieldSection, accept: [UInt8]) {
        for field in [KnownField.contentLength, .connection, .upgrade, .secWebSocketAccept] {
            fields.remove(field)
        }
        fields.append(.connection, "Upgrade")
        fields.append(.upgrade, "websocket")
        fields.append(.secWebSocketAccept) { $0 += accept }
        if let placeholder, !fields.contains(.secWebSocketProtocol) {
            fields.append(.secWebSocketProtocol, placeholder)
        }
    }
}

extension RequestHead {
    /// Whether a client key is sent, in one way or the other.
    public var offersClientKey: Bool {
        if fields.contains(.xProxyKey) { return true }
        guard asksForWebSocket else { return false }
        return fields.elements(of: .secWebSocketProtocol).contains {
            $0.starts(with: WebSocketRequest.keyPrefix.utf8)
        }
    }
}
