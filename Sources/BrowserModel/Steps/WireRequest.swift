/// A request as it goes over the wire, so far as a server may care.
public struct WireRequest: Sendable, Hashable {
    /// The method.
    public let method: String
    /// Where it goes.
    public let url: RequestURL
    /// All fields but Host.
    public let fields: [HeaderLine]
    /// Whether it is a CORS-preflight request.
    public let isPreflight: Bool

    /// Whether it asks for a WebSocket, which no header that a script sets can do.
    public var isHandshake: Bool { fields.value(of: "Upgrade") == "websocket" }

    /// The lines of its head, without line ends.
    public var lines: [String] {
        ["\(method) \(url.pathAndQuery) HTTP/1.1", "Host: \(url.authority)"] + fields.map(\.text)
    }
}
