import HTTPSyntax

/// What stands in the way of a WebSocket handshake.
extension ProxyError {
    /// Says what is wrong with a handshake.
    ///
    /// - SeeAlso: RFC 6455 §4.2.1 and §4.4; RFC 9110 §15.5.22 (426 needs Upgrade).
    init(_ fault: WebSocketFault) {
        switch fault {
        case .version:
            self = ProxyError(
                .websocketVersion,
                message: "The WebSocket handshake does not name version 13.",
                hint: "Send Sec-WebSocket-Version: 13; there is no other version in use."
            ).with(["Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"])
        default:
            self.init(.websocketInvalid, message: fault.message, hint: fault.mend)
        }
    }

    /// `webSockets` is false where the handshake leads.
    static let webSocketDenied = ProxyError(
        .websocketDenied,
        message: "WebSocket connections are not allowed here.",
        hint: "Set webSockets to true in prefix, or in the route."
    )

    /// As many tunnels are open as `limits.webSockets` allows.
    public static let tooManyTunnels = ProxyError(
        .tooManyTunnels,
        message: "The proxy has as many WebSocket connections as it may.",
        hint: "Close some and try again, or raise limits.webSockets."
    ).with(["Retry-After": "5"])
}

extension WebSocketFault {
    fileprivate var message: String {
        switch self {
        case .method: "A WebSocket handshake is a GET request, and this one is not."
        case .oldVersion: "A WebSocket handshake needs HTTP/1.1, and this one came by HTTP/1.0."
        case .connection: "The WebSocket handshake has no Connection: Upgrade."
        case .version: "The WebSocket handshake does not name version 13."
        case .versions: "The WebSocket handshake has more than one Sec-WebSocket-Version."
        case .key: "The WebSocket handshake has no valid Sec-WebSocket-Key."
        case .body: "The WebSocket handshake has a body."
        case .protocols: "Sec-WebSocket-Protocol is not a list of different tokens."
        }
    }

    fileprivate var mend: String {
        switch self {
        case .method: "Ask by GET, or leave Upgrade out."
        case .oldVersion:
            "Let the server in front speak HTTP/1.1; in nginx: proxy_http_version 1.1."
        case .connection:
            "Let the server in front pass it on; in nginx: proxy_set_header Connection \"upgrade\"."
        case .version, .versions: "Send Sec-WebSocket-Version: 13, once."
        case .key: "Send one of 16 random bytes in base64."
        case .body: "Leave Content-Length and Transfer-Encoding out."
        case .protocols: "Name each subprotocol once, parted by commas, or leave the field out."
        }
    }
}
