/// What a script passes to `new WebSocket()` beside the URL.
public struct WebSocketCall: Sendable, Hashable {
    /// The subprotocols that it offers, in its order.
    public let subprotocols: [String]
    /// What stands behind the `#` of the URL; nil where there is none.
    public let fragment: String?

    /// Makes a call of its parts.
    public init(subprotocols: [String] = [], fragment: String? = nil) {
        self.subprotocols = subprotocols
        self.fragment = fragment
    }
}
