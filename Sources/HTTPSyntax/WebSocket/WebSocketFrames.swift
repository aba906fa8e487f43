/// Follows the frames of one direction, so that it is known where another one may be put in between.
///
/// It looks at opcodes and lengths alone.
///
/// - SeeAlso: RFC 6455 §5.2.
public struct WebSocketFrames: Sendable {
    /// How far the next frame's header, or a frame's payload, has come.
    private enum Position: Sendable {
        /// So many bytes of the header are there; of them the length is made.
        case header(read: Int, length: UInt64, lengthBytes: Int)
        /// So many bytes of the frame are still to come.
        case payload(UInt64)
        /// A length that no frame has: where the next one begins is not known any more. (final)
        case lost
    }

    private static let closeOpcode: UInt8 = 8

    private var position = Position.header(read: 0, length: 0, lengthBytes: 0)
    private var isMasked = false
    private var isClose = false
    /// Whether a close frame has begun: its sender has nothing more to say.
    public private(set) var hasClosed = false

    /// Begins with the first byte behind the handshake.
    public init() {}

    /// Whether the bytes so far end with the end of a frame.
    public var isAtBoundary: Bool {
        if case .header(0, _, _) = position { true } else { false }
    }

    /// Whether no boundary will be found any more.
    public var isLost: Bool {
        if case .lost = position { true } else { false }
    }

    /// Follows bytes to their end, or to the first boundary.
    ///
    /// - Parameters:
    ///   - bytes: What follows the bytes so far.
    ///   - stopsAtBoundary: Whether only the frame that has begun is followed; there has to be one.
    /// - Returns: How many bytes were followed.
    @discardableResult
    public mutating func follow(_ bytes: Span<UInt8>, stopsAtBoundary: Bool = false) -> Int {
        var offset = 0
        while offset < bytes.count {
            switch position {
            case .lost: return bytes.count
            case .payload(let rest):
                let step = Int(truncatingIfNeeded: min(rest, UInt64(bytes.count - offset)))
                offset += step
                payload(rest - UInt64(step))
            case .header(let read, let length, let lengthBytes):
                header(bytes[offset], read, length, lengthBytes)
                offset += 1
            }
            if stopsAtBoundary, isAtBoundary { return offset }
        }
        return offset
    }

    private mutating func header(_ byte: UInt8, _ read: Int, _ length: UInt64, _ lengthBytes: Int) {
        switch read {
        case 0:
            hasClosed = hasClosed || byte & 0x0F == Self.closeOpcode
            position = .header(read: 1, length: 0, lengthBytes: 0)
        case 1:
            isMasked = byte & 0x80 != 0
            switch byte & 0x7F {
            case 126: position = .header(read: 2, length: 0, lengthBytes: 2)
            case 127: position = .header(read: 2, length: 0, lengthBytes: 8)
            case let short: payload(UInt64(short) + maskBytes)
            }
        default:
            let longer = length << 8 | UInt64(byte)
            guard read - 1 == lengthBytes else {
                position = .header(read: read + 1, length: longer, lengthBytes: lengthBytes)
                return
            }
            // The most significant bit of a length is 0.
            if longer >> 63 == 1 { position = .lost } else { payload(longer + maskBytes) }
        }
    }

    private var maskBytes: UInt64 { isMasked ? 4 : 0 }

    private mutating func payload(_ rest: UInt64) {
        position = rest > 0 ? .payload(rest) : .header(read: 0, length: 0, lengthBytes: 0)
    }
}
