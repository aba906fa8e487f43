/// What stands in the way of a request for now: sizes, times and counts, and the end of the program.
extension ProxyError {
    /// The body is larger than `limits.requestBody`.
    public static let requestTooLarge = ProxyError(
        .bodyTooLarge,
        message: "The request's body is too large.",
        hint: "Send less, or raise limits.requestBody."
    )

    /// The client sent nothing for too long.
    public static let requestTimeout = ProxyError(
        .requestTimeout,
        message: "The request did not arrive in time.",
        hint: "Send it faster, or raise limits.headerTimeout or limits.bodyTimeout."
    )

    /// Something that should not happen.
    public static let internalError = ProxyError(
        .internal,
        message: "The proxy could not handle the request.",
        hint: "Look for the request's id in the proxy's log."
    )

    /// All connections that limits allow are in use.
    public static let tooManyConnections = ProxyError(
        .tooManyConnections,
        message: "The proxy has as many connections as it may.",
        hint: "Try again in a moment, or raise limits.connections or limits.connectionsPerAddress."
    )

    /// The program ended before the response was complete.
    public static let shuttingDown = ProxyError(
        .shuttingDown,
        message: "The proxy stopped before the response was complete.",
        hint: "Try again, or raise limits.drainTimeout."
    )

    /// Too many requests of one client.
    ///
    /// - Parameters:
    ///   - limit: Requests in a period.
    ///   - wait: Nanoseconds until the next request is let through.
    /// - SeeAlso: RFC 6585 §4.
    public static func rateLimited(limit: Int, wait: UInt64) -> ProxyError {
        let seconds = max(1, wait / 1_000_000_000 + (wait % 1_000_000_000 > 0 ? 1 : 0))
        return ProxyError(
            .rateLimited,
            message: "The client has sent too many requests.",
            hint: "Try again in \(seconds) s, or raise the rate."
        ).with([
            "Retry-After": "\(seconds)", "RateLimit-Limit": "\(limit)", "RateLimit-Remaining": "0",
            "RateLimit-Reset": "\(seconds)",
        ])
    }
}
