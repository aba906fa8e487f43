import Text

/// Whether the answer to a handshake opens the WebSocket, in the order in which Chromium looks.
///
/// - SeeAlso: RFC 6455 §4.1, and Chromium's net/websockets/websocket_basic_handshake_stream.cc.
struct HandshakeCheck {
    private let subprotocols: [String]

    /// - Parameter subprotocols: Those that were offered.
    init(subprotocols: [String]) {
        self.subprotocols = subprotocols
    }

    func socket(by answer: WireAnswer) throws(WebSocketFailure) -> OpenedSocket {
        guard answer.status == 101 else { throw .status(answer.status) }
        let upgrade = try single("Upgrade", in: answer)
        guard upgrade.lowercased() == "websocket" else { throw .upgrade(upgrade) }
        let accept = try single("Sec-WebSocket-Accept", in: answer)
        guard accept == HandshakeKey.accept else { throw .accept }
        let connection = elements(of: "Connection", in: answer)
        guard !connection.isEmpty else { throw .missing("Connection") }
        guard connection.contains(where: { $0.lowercased() == "upgrade" }) else { throw .connectionField }
        return OpenedSocket(
            subprotocol: try subprotocol(in: answer),
            extensions: try ExtensionsCheck.extensions(elements(of: "Sec-WebSocket-Extensions", in: answer))
        )
    }

    private func subprotocol(in answer: WireAnswer) throws(WebSocketFailure) -> String {
        let chosen = elements(of: "Sec-WebSocket-Protocol", in: answer)
        guard let first = chosen.first else {
            guard subprotocols.isEmpty else { throw .noSubprotocol }
            return ""
        }
        guard !subprotocols.isEmpty else { throw .unaskedSubprotocol(first) }
        guard chosen.count == 1 else { throw .repeated("Sec-WebSocket-Protocol") }
        guard subprotocols.contains(first) else { throw .foreignSubprotocol(first) }
        return first
    }

    private func single(_ name: String, in answer: WireAnswer) throws(WebSocketFailure) -> String {
        let elements = elements(of: name, in: answer)
        guard let first = elements.first else { throw .missing(name) }
        guard elements.count == 1 else { throw .repeated(name) }
        return first
    }

    /// The elements of all lines of a name, empty ones too.
    private func elements(of name: String, in answer: WireAnswer) -> [String] {
        answer.fields.filter { $0.isNamed(name) }.flatMap { line in
            line.value.split(separator: ",", omittingEmptySubsequences: false)
                .map { String(OptionalWhitespace.trimmed($0)) }
        }
    }
}
