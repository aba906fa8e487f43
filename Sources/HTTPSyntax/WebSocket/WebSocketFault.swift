/// What is wrong with a client's WebSocket handshake.
///
/// - SeeAlso: RFC 6455 §4.2.1.
public enum WebSocketFault: Error, Sendable, Hashable, CaseIterable {
    /// The method is not GET.
    case method
    /// The request came by HTTP/1.0.
    case oldVersion
    /// Connection does not say `Upgrade`, as where a server in front has dropped it.
    case connection
    /// Sec-WebSocket-Version is missing, or not 13.
    case version
    /// There is more than one Sec-WebSocket-Version.
    case versions
    /// Sec-WebSocket-Key is not there once, with 16 bytes in base64.
    case key
    /// The request has a body, which would be taken for frames.
    case body
    /// Sec-WebSocket-Protocol holds no token, something else, or one of them twice.
    case protocols
}
