import Text

/// Takes the chunked coding off, strictly, and never looks past the end of the body.
///
/// A size has 1–16 hexadecimal digits; the line that it stands on has at most 256 bytes without its end, extensions
/// included, which are ignored. The trailer section has at most 8 KiB; its fields are checked and dropped. A server
/// may have white space behind a size.
///
/// - SeeAlso: RFC 9112 §7.1.
public struct ChunkedDecoder: Sendable {
    /// What was found.
    public enum Step: Sendable, Equatable {
        /// All bytes given are taken, and the body goes on.
        case needsMore
        /// Body data stands at these indices of the bytes given.
        case data(Range<Int>)
        /// The body has ended; what follows the offset is not part of it.
        case end
    }

    private enum State: Sendable {
        case size
        case spaceBehindSize
        case chunkExtension
        case sizeLineFeed
        case data
        case dataCarriageReturn
        case dataLineFeed
        case trailers(FieldLineState)
        case end
    }

    private static let maximumLineBytes = 256
    private static let maximumTrailerBytes = 8 * 1024

    private var state = State.size
    /// What is left of the chunk, or what is known of its size while the size is read.
    private var remaining: UInt64 = 0
    private var digits = 0
    private var lineBytes = 0
    private var trailerBytes = 0

    private let sender: MessageSender

    /// Makes a decoder for one body.
    public init(from sender: MessageSender = .client) {
        self.sender = sender
    }

    /// Reads on to the next piece of data.
    ///
    /// To be called until it returns `needsMore` or `end`. After an error the offset stands at the byte that breaks the
    /// rule, and the error is repeated if it is asked again.
    ///
    /// - Parameters:
    ///   - bytes: Any piece of the body; bytes before `offset` are not looked at.
    ///   - offset: Where to go on in `bytes`; moved behind what was taken.
    /// - Returns: What stands before the offset that is left.
    /// - Throws: The first rule that the bytes break.
    public mutating func next(
        in bytes: Span<UInt8>,
        from offset: inout Int
    ) throws(SyntaxError) -> Step {
        while offset < bytes.count {
            switch state {
            case .data:
                let count = Int(min(remaining, UInt64(bytes.count &- offset)))
                let range = offset..<(offset &+ count)
                remaining &-= UInt64(count)
                offset = range.upperBound
                if remaining == 0 { state = .dataCarriageReturn }
                return .data(range)
            case .end:
                return .end
            default:
                try take(bytes[offset])
                offset &+= 1
            }
        }
        if case .end = state { return .end }
        return .needsMore
    }

    private mutating func take(_ octet: UInt8) throws(SyntaxError) {
        switch state {
        case .size: try takeSize(octet)
        case .spaceBehindSize: try takeBehindSize(octet)
        case .chunkExtension: try takeExtension(octet)
        case .sizeLineFeed:
            guard octet == .lineFeed else { throw .bareCarriageReturn }
            state = remaining == 0 ? .trailers(.firstLine) : .data
            digits = 0
            lineBytes = 0
        case .dataCarriageReturn:
            guard octet == .carriageReturn else {
                throw octet == .lineFeed ? .bareLineFeed : .missingChunkEnd
            }
            state = .dataLineFeed
        case .dataLineFeed:
            guard octet == .lineFeed else { throw .bareCarriageReturn }
            state = .size
        case .trailers(let line):
            guard trailerBytes < Self.maximumTrailerBytes else { throw .trailersTooLarge }
            let next = try line.next(after: octet)
            state = next == .complete ? .end : .trailers(next)
            trailerBytes &+= 1
        case .data, .end:
            break
        }
    }

    private mutating func takeSize(_ octet: UInt8) throws(SyntaxError) {
        if let digit = octet.hexadecimalValue {
            guard digits < 16 else { throw .chunkSizeTooLarge }
            let size = remaining &<< 4 | UInt64(digit)
            guard size <= UInt64(Int64.max) else { throw .chunkSizeTooLarge }
            remaining = size
            digits &+= 1
            lineBytes &+= 1
            return
        }
        if octet == .lineFeed { throw .bareLineFeed }
        guard digits > 0 else { throw .invalidChunkSize }
        try takeBehindSize(octet)
    }

    private mutating func takeBehindSize(_ octet: UInt8) throws(SyntaxError) {
        switch octet {
        case .space where sender == .server, .horizontalTab where sender == .server:
            guard lineBytes < Self.maximumLineBytes else { throw .chunkLineTooLong }
            state = .spaceBehindSize
            lineBytes &+= 1
        case .carriageReturn: state = .sizeLineFeed
        case .semicolon:
            state = .chunkExtension
            lineBytes &+= 1
        default: throw octet == .lineFeed ? .bareLineFeed : .invalidChunkSize
        }
    }

    private mutating func takeExtension(_ octet: UInt8) throws(SyntaxError) {
        if octet == .carriageReturn {
            state = .sizeLineFeed
            return
        }
        guard octet.isFieldOctet else { throw octet == .lineFeed ? .bareLineFeed : .invalidChunkExtension }
        guard lineBytes < Self.maximumLineBytes else { throw .chunkLineTooLong }
        lineBytes &+= 1
    }
}
