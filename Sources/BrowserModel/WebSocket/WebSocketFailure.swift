/// Why a script gets no WebSocket.
public enum WebSocketFailure: Error, Sendable, Hashable {
    // MARK: The constructor throws

    /// The URL has a fragment.
    case fragment(String)
    /// A subprotocol is no token.
    case invalidSubprotocol(String)
    /// A subprotocol is offered twice.
    case repeatedSubprotocol(String)
    /// A page loaded over HTTPS wants plain ws.
    case mixedContent

    // MARK: There is no answer

    /// No connection: one of Chromium's `net::ERR_…` names.
    case connection(String)
    /// The server has closed the connection in place of an answer.
    case closed
    /// The server says nothing.
    case silent
    /// No answer that Chromium reads: one of its names.
    case unreadable(String)

    // MARK: The answer opens nothing

    /// A status other than 101.
    case status(Int)
    /// A field is not there.
    case missing(String)
    /// A field stands there twice, or with two elements.
    case repeated(String)
    /// Upgrade says this.
    case upgrade(String)
    /// Connection does not say Upgrade.
    case connectionField
    /// Sec-WebSocket-Accept is not made of the key.
    case accept
    /// A subprotocol was chosen, and none was offered.
    case unaskedSubprotocol(String)
    /// A subprotocol was chosen that was not among those offered.
    case foreignSubprotocol(String)
    /// No subprotocol was chosen, though some were offered.
    case noSubprotocol
    /// An extension was chosen that cannot be used; in Chromium's words.
    case extensions(String)

    /// A name for programs.
    var name: String {
        switch self {
        case .fragment, .invalidSubprotocol, .repeatedSubprotocol: "SyntaxError"
        case .mixedContent: "mixed-content"
        case .connection(let name), .unreadable(let name): name
        case .closed: "net::ERR_EMPTY_RESPONSE"
        case .silent: "net::ERR_TIMED_OUT"
        case .status: "websocket-status"
        case .missing(let field), .repeated(let field): Self.name(of: field)
        case .upgrade: "websocket-upgrade"
        case .connectionField: "websocket-connection"
        case .accept: "websocket-accept"
        case .unaskedSubprotocol, .foreignSubprotocol, .noSubprotocol: "websocket-subprotocol"
        case .extensions: "websocket-extensions"
        }
    }

    /// All names of answers that open nothing.
    static let answerNames = [
        "websocket-status", "websocket-upgrade", "websocket-connection", "websocket-accept",
        "websocket-subprotocol", "websocket-extensions",
    ]

    private static func name(of field: String) -> String {
        switch field {
        case "Upgrade": "websocket-upgrade"
        case "Connection": "websocket-connection"
        case "Sec-WebSocket-Accept": "websocket-accept"
        default: "websocket-subprotocol"
        }
    }

    /// Whether the constructor throws; else the script learns a close code.
    var isThrown: Bool {
        switch self {
        case .fragment, .invalidSubprotocol, .repeatedSubprotocol, .mixedContent: true
        default: false
        }
    }

    /// Sorts what keeps an answer from coming.
    init(_ failure: NetworkFailure) {
        switch failure.name {
        case "net::ERR_EMPTY_RESPONSE": self = .closed
        case "net::ERR_TIMED_OUT": self = .silent
        case let name where Self.unreadableNames.contains(name): self = .unreadable(name)
        case let name: self = .connection(name)
        }
    }

    private static let unreadableNames: Set<String> = [
        "net::ERR_CONNECTION_CLOSED", "net::ERR_INVALID_HTTP_RESPONSE",
        "net::ERR_RESPONSE_HEADERS_TOO_BIG", "net::ERR_RESPONSE_HEADERS_MULTIPLE_CONTENT_LENGTH",
        "net::ERR_RESPONSE_HEADERS_MULTIPLE_CONTENT_DISPOSITION",
        "net::ERR_RESPONSE_HEADERS_MULTIPLE_LOCATION",
    ]
}
