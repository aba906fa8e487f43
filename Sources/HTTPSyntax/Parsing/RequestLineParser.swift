import Text

/// Reads a request line, each byte once.
///
/// - SeeAlso: RFC 9112 §3.
struct RequestLineParser: Sendable {
    private enum State {
        case method
        case target
        case version
        case carriageReturn
        case lineFeed
        case complete
    }

    /// Longer than every method that is registered, of which UPDATEREDIRECTREF is the longest.
    private static let maximumMethodBytes = 32

    private let maximumTargetBytes: Int
    private var state = State.method
    private var scanner = VersionScanner()
    /// Where in the buffer the space after the method stands.
    private(set) var methodEnd = 0
    /// Where in the buffer the space after the target stands.
    private(set) var targetEnd = 0
    /// The version, once the line is complete.
    private(set) var version = HTTPVersion.http11

    init(maximumTargetBytes: Int) {
        self.maximumTargetBytes = maximumTargetBytes
    }

    /// Reads on from `position`, which it leaves behind the last byte taken or at the one that breaks a rule.
    ///
    /// - Returns: Whether the line is complete.
    mutating func parse(
        _ bytes: Span<UInt8>,
        from position: inout Int,
        headStart: Int
    ) throws(SyntaxError) -> Bool {
        while position < bytes.count, state != .complete {
            switch state {
            case .method: try parseMethod(bytes, from: &position, headStart: headStart)
            case .target: try parseTarget(bytes, from: &position)
            case .version:
                if let version = try scanner.take(bytes[position]) {
                    self.version = version
                    state = .carriageReturn
                }
                position &+= 1
            case .carriageReturn:
                guard bytes[position] == .carriageReturn else {
                    throw bytes[position] == .lineFeed ? .bareLineFeed : .malformedRequestLine
                }
                state = .lineFeed
                position &+= 1
            case .lineFeed:
                guard bytes[position] == .lineFeed else { throw .bareCarriageReturn }
                state = .complete
                position &+= 1
            case .complete: break
            }
        }
        return state == .complete
    }

    private mutating func parseMethod(
        _ bytes: Span<UInt8>,
        from position: inout Int,
        headStart: Int
    ) throws(SyntaxError) {
        let limit = min(bytes.count, headStart &+ Self.maximumMethodBytes)
        while position < limit, bytes[position].isTokenOctet { position &+= 1 }
        guard position < bytes.count else { return }
        switch bytes[position] {
        case let octet where octet.isTokenOctet: throw .methodTooLong
        case .space where position > headStart:
            methodEnd = position
            position &+= 1
            state = .target
        case .space, .carriageReturn: throw .malformedRequestLine
        case .lineFeed: throw .bareLineFeed
        default: throw .invalidMethod
        }
    }

    private mutating func parseTarget(_ bytes: Span<UInt8>, from position: inout Int) throws(SyntaxError) {
        let start = methodEnd &+ 1
        let limit = min(bytes.count, start &+ maximumTargetBytes)
        while position < limit, bytes[position].isVisibleOctet { position &+= 1 }
        guard position < bytes.count else { return }
        switch bytes[position] {
        case .space where position > start:
            targetEnd = position
            position &+= 1
            state = .version
        case .space, .carriageReturn: throw .malformedRequestLine
        case .lineFeed: throw .bareLineFeed
        case let octet: throw octet.isVisibleOctet ? .targetTooLong : .invalidTarget
        }
    }
}
