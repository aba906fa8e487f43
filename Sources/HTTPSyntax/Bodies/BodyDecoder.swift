/// Takes a body out of a connection's bytes, whatever its framing, and never looks past its end.
///
/// - SeeAlso: RFC 9112 §6.
public struct BodyDecoder: Sendable {
    private enum State: Sendable {
        case counting(Int64)
        case chunked(ChunkedDecoder)
        case untilClose
        case ended
    }

    private var state: State

    /// Makes a decoder for one body.
    public init(_ framing: BodyFraming, from sender: MessageSender = .client) {
        switch framing {
        case .none: state = .ended
        case .length(let count): state = count > 0 ? .counting(count) : .ended
        case .chunked: state = .chunked(ChunkedDecoder(from: sender))
        case .untilClose: state = .untilClose
        }
    }

    /// Whether the end of the connection is the end of the body.
    public var endsWithConnection: Bool {
        if case .untilClose = state { true } else { false }
    }

    /// Whether the whole body has been returned, as far as can be known without reading on.
    public var isComplete: Bool {
        if case .ended = state { true } else { false }
    }

    /// Reads on to the next piece of data; to be called until it returns `needsMore` or `end`.
    ///
    /// - Parameters:
    ///   - bytes: Any piece of the body; bytes before `offset` are not looked at.
    ///   - offset: Where to go on in `bytes`; moved behind what was taken.
    /// - Throws: The first rule of the chunked coding that the bytes break.
    public mutating func next(
        in bytes: Span<UInt8>,
        from offset: inout Int
    ) throws(SyntaxError) -> ChunkedDecoder.Step {
        switch state {
        case .ended:
            return .end
        case .untilClose:
            return take(bytes.count &- offset, &offset)
        case .counting(let remaining):
            let count = Int(min(remaining, Int64(bytes.count &- offset)))
            guard count > 0 else { return .needsMore }
            state = remaining == Int64(count) ? .ended : .counting(remaining &- Int64(count))
            return take(count, &offset)
        case .chunked(var decoder):
            defer { state = .chunked(decoder) }
            return try decoder.next(in: bytes, from: &offset)
        }
    }

    private func take(_ count: Int, _ offset: inout Int) -> ChunkedDecoder.Step {
        guard count > 0 else { return .needsMore }
        let start = offset
        offset = start &+ count
        return .data(start..<offset)
    }
}
