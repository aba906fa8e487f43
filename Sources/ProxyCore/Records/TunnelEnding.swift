/// Why a tunnel has ended.
public enum TunnelEnding: String, Sendable, CaseIterable {
    /// The client has closed it in order.
    case client
    /// The upstream has closed it in order.
    case upstream
    /// The client's connection is broken.
    case clientLost = "client-lost"
    /// The upstream's connection is broken.
    case upstreamLost = "upstream-lost"
    /// Nothing went either way for `upstream.streamIdleTimeout`.
    case idle
    /// The configuration in force does not allow it any more.
    case policy
    /// The program stops.
    case drain
}
