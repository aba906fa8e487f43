/// Why a tunnel has ended.
public enum TunnelEnding: String, Sendable, CaseIterable {
    /// The client has closed it in order: by the first close frame, or by the end of what it sends.
    case client
    /// The upstream has, in one of these ways.
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
