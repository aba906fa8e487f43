/// Why an endpoint closes a WebSocket connection.
///
/// - SeeAlso: RFC 6455 §7.4.1.
public enum WebSocketCloseCode: UInt16, Sendable, Hashable {
    /// The endpoint goes away: a server that stops.
    case goingAway = 1001
    /// A policy forbids what the peer does.
    case policyViolation = 1008

    /// The frame by which a server closes: not masked, the code alone in it.
    public var frame: [UInt8] {
        [0x88, 2, UInt8(truncatingIfNeeded: rawValue >> 8), UInt8(truncatingIfNeeded: rawValue)]
    }
}
