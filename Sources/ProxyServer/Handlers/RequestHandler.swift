import HTTPSyntax
import ProxyCore

/// What the requests of a connection mean; the listener names the first one.
protocol RequestHandler: AnyObject {
    /// Whether it serves on while the program stops.
    var drainsLast: Bool { get }
    /// Whether its connections and requests count in the metrics, and each request has its line in the log.
    var isCounted: Bool { get }
    /// Counts its clients' connections.
    var limiter: ConnectionLimiter { get }

    /// Answers a request, or has it forwarded.
    func handle(
        _ head: consuming RequestHead,
        _ length: BodyLength,
        from client: ClientRequest,
        on exchange: ProxiedExchange
    )

    /// Whether a tunnel would be opened again that is open.
    func permits(_ request: TunnelRequest, of client: ClientEndpoint, by context: ShardContext) -> Bool
}
