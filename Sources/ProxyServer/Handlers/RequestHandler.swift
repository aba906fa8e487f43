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

    /// Where a request for a tunnel leads by some configuration; nil where that refuses it.
    func destination(
        of head: RequestHead,
        from client: ClientEndpoint,
        by configuration: CompiledConfiguration
    ) -> Destination?
}
