/// Why an endpoint closes a WebSocket connection.
///
/// - SeeAlso: RFC 6455 §7.4.1.
public enum WebSocketCloseCode: UInt16, Sendable, Hashable {
    /// All that was wanted is done.
    case normal = 1000
    /// The endpoint goes away: a server that stops.
    case goingAway = 1001
    /// A policy forbids what the peer does.
    case policyViolation = 1008

    /// The frame by which a server closes: not masked, the code alone in it.
    public var frame: [UInt8] {
        [0x88, 2, UInt8(truncatingIfNeeded: rawValue >> 8), UInt8(truncatingIfNeeded: rawValue)]
    }

    /// The frame by which a client closes, masked as all of a client's are.
    ///
    /// - Parameter mask: A number that nobody foretells.
    public func maskedFrame(by mask: UInt32) -> [UInt8] {
        let key = (0..<4).map { UInt8(truncatingIfNeeded: mask >> ($0 * 8)) }
        let payload = [UInt8(truncatingIfNeeded: rawValue >> 8), UInt8(truncatingIfNeeded: rawValue)]
        return [0x88, 0x82] + key + zip(payload, key).map { $0 ^ $1 }
    }
}
