/// What browsers say of a WebSocket that does not open; measured with Chromium 156 and Firefox 153.
extension WebSocketFailure {
    // MARK: Chromium

    func chromiumText(page: PageOrigin, url: RequestURL) -> String {
        let target = url.serializedForWebSocket
        switch self {
        case .fragment(let fragment):
            return
                "SyntaxError: Failed to construct 'WebSocket': The URL contains a fragment identifier "
                + "('\(fragment)'). Fragment identifiers are not allowed in WebSocket URLs."
        case .invalidSubprotocol(let name):
            return "SyntaxError: Failed to construct 'WebSocket': The subprotocol '\(name)' is invalid."
        case .repeatedSubprotocol(let name):
            return "SyntaxError: Failed to construct 'WebSocket': The subprotocol '\(name)' is duplicated."
        case .mixedContent:
            return
                "Mixed Content: The page at '\(page.serialized)/' was loaded over HTTPS, but attempted to connect "
                + "to the insecure WebSocket endpoint '\(target)'. This request has been blocked; this endpoint "
                + "must be available over WSS."
        default:
            return "WebSocket connection to '\(target)' failed: \(chromiumReason)"
        }
    }

    private var chromiumReason: String {
        switch self {
        case .connection(let name): "Error in connection establishment: \(name)"
        case .closed: "Connection closed before receiving a handshake response"
        case .silent: "WebSocket opening handshake timed out"
        case .status(401): "HTTP Authentication failed; no valid credentials available"
        default: "Error during WebSocket handshake: \(chromiumFault)"
        }
    }

    private var chromiumFault: String {
        let subprotocol = "'Sec-WebSocket-Protocol' header"
        return switch self {
        case .unreadable(let name): name
        case .status(let status): "Unexpected response code: \(status)"
        case .missing(let field): "'\(field)' header is missing"
        case .repeated(let field): "'\(field)' header must not appear more than once in a response"
        case .upgrade(let value): "'Upgrade' header value is not 'WebSocket': \(value)"
        case .connectionField: "'Connection' header value must contain 'Upgrade'"
        case .accept: "Incorrect 'Sec-WebSocket-Accept' header value"
        case .unaskedSubprotocol(let value):
            "Response must not include \(subprotocol) if not present in request: \(value)"
        case .foreignSubprotocol(let value):
            "\(subprotocol) value '\(value)' in response does not match any of sent values"
        case .noSubprotocol: "Sent non-empty \(subprotocol) but no response was received"
        case .extensions(let fault): fault
        default: name
        }
    }

    // MARK: Firefox

    /// Firefox gives no reason; some answers it takes that Chromium does not.
    func firefoxText(url: RequestURL) -> String {
        switch self {
        case .fragment, .invalidSubprotocol, .repeatedSubprotocol:
            "SyntaxError: An invalid or illegal string was specified"
        case .mixedContent: "SecurityError: The operation is insecure."
        case .status(100...199): "nothing: it reads on, and goes by the answer behind this one"
        case .repeated("Upgrade"), .unaskedSubprotocol, .noSubprotocol:
            "nothing: it opens the WebSocket all the same"
        default: "Firefox can’t establish a connection to the server at \(url.serializedForWebSocket)."
        }
    }

    /// What a script learns where the constructor does not throw.
    ///
    /// In Firefox a TLS handshake that fails is 1015, in Chromium everything is 1006.
    ///
    /// - SeeAlso: RFC 6455 §7.4.1.
    var closeCode: Int? { isThrown ? nil : 1006 }
}
