import ArgumentParser
import BrowserModel

/// What the command line says of a WebSocket.
struct WebSocketInput {
    /// The URL with http in the place of ws, and without its fragment.
    let text: String
    let call: WebSocketCall

    /// Returns nil where `fetch()` is meant.
    ///
    /// - Throws: `ValidationError` for options that mean nothing here.
    init?(_ command: ExplainCommand) throws {
        let mapped = Self.withHTTP(command.url)
        guard mapped != nil || command.websocket else {
            guard command.subprotocols.isEmpty else {
                throw ValidationError("--protocol is for WebSocket: write a ws or wss URL, or --websocket.")
            }
            return nil
        }
        if let refusal = Self.refusal(of: command) { throw ValidationError(refusal) }
        let parts = (mapped ?? command.url).split(
            separator: "#",
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        text = String(parts[0])
        call = WebSocketCall(
            subprotocols: command.subprotocols,
            fragment: parts.count > 1 ? String(parts[1]) : nil
        )
    }

    /// The URL with the scheme that its own one means; nil where that is neither ws nor wss.
    private static func withHTTP(_ text: String) -> String? {
        let scheme = text.prefix { $0 != ":" }
        let rest = text.dropFirst(scheme.count)
        guard rest.hasPrefix("://") else { return nil }
        switch scheme.lowercased() {
        case "ws": return "http\(rest)"
        case "wss": return "https\(rest)"
        default: return nil
        }
    }

    private static func refusal(of command: ExplainCommand) -> String? {
        if command.method != "GET" { return "A WebSocket handshake is always a GET: leave --method out." }
        if !command.headers.isEmpty {
            return "new WebSocket() sets no headers: leave --header out. A script can offer subprotocols: "
                + "--protocol NAME."
        }
        if command.credentials {
            return "The browser's cookies go along with every WebSocket handshake: leave --credentials out."
        }
        return command.redirect == "follow" ? nil : "A WebSocket follows no redirect: leave --redirect out."
    }
}
