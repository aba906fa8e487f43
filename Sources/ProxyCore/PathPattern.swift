/// The path of a target pattern: bytes, `*` within a segment, `**` across segments.
///
/// A `/**` at the end also covers the path before it: `/repos/**` means `/repos` too.
struct PathPattern: Sendable, Hashable {
    private enum Token: Hashable {
        case byte(UInt8)
        case segmentBytes
        case anyBytes
    }

    private let tokens: [Token]
    private let coversOwnRoot: Bool

    /// Compiles a path that starts with `/`.
    init(parsing path: Substring) throws(TargetPatternError) {
        guard path != "/" else { throw .rootOnly }
        var tokens: [Token] = []
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "?"), UInt8(ascii: "#"): throw .holdsQuery(path)
            case UInt8(ascii: "*") where tokens.last == .anyBytes: throw .tooManyStars
            case UInt8(ascii: "*") where tokens.last == .segmentBytes: tokens[tokens.count - 1] = .anyBytes
            case UInt8(ascii: "*"): tokens.append(.segmentBytes)
            case 0x21...0x7E: tokens.append(.byte(byte))
            default: throw .foreignByte(path)
            }
        }
        guard !PathReading(path).isAmbiguous else { throw .ambiguousPath(path) }
        self.tokens = tokens
        coversOwnRoot = tokens.suffix(2) == [.byte(UInt8(ascii: "/")), .anyBytes]
    }

    /// The whole segments before the first star, without a slash at their end: no path matches that is not this one
    /// and does not lie below it.
    var literalPrefix: [UInt8] {
        var prefix: [UInt8] = []
        for token in tokens {
            guard case .byte(let byte) = token else {
                let slash = prefix.lastIndex(of: UInt8(ascii: "/")) ?? 0
                return Array(prefix[..<slash])
            }
            prefix.append(byte)
        }
        return prefix
    }

    /// Whether the path, read as it is written and in no other way, matches.
    func matches(_ path: Substring, _ reading: PathReading) -> Bool {
        !reading.isAmbiguous && matches(path.utf8.span)
    }

    /// Whether the path matches in any way that a server may read it.
    func mayMatch(_ path: Substring, _ reading: PathReading) -> Bool {
        reading.isAmbiguous || matches(path.utf8.span) || matches(reading.decoded.span)
    }

    private func matches(_ path: Span<UInt8>) -> Bool {
        Self.matches(tokens[...], path) || coversOwnRoot && Self.matches(tokens.dropLast(2), path)
    }

    /// Matches in at most tokens × bytes steps, without recursion.
    ///
    /// On a mismatch the last `*` takes one byte more, and where it may not, the last `**` does. Earlier stars
    /// need no second try: what follows them has been found at its first place, which leaves the most room.
    private static func matches(_ tokens: ArraySlice<Token>, _ path: Span<UInt8>) -> Bool {
        var token = tokens.startIndex
        var index = 0
        var segmentRetry: (token: Int, index: Int)?
        var anyRetry: (token: Int, index: Int)?
        while true {
            if token == tokens.endIndex, index == path.count { return true }
            if token < tokens.endIndex {
                switch tokens[token] {
                case .byte(let byte) where index < path.count && path[index] == byte:
                    token += 1
                    index += 1
                    continue
                case .byte: break
                case .segmentBytes:
                    token += 1
                    segmentRetry = (token, index)
                    continue
                case .anyBytes:
                    token += 1
                    anyRetry = (token, index)
                    segmentRetry = nil
                    continue
                }
            }
            if let retry = segmentRetry, retry.index < path.count, path[retry.index] != UInt8(ascii: "/") {
                segmentRetry = (retry.token, retry.index + 1)
                (token, index) = (retry.token, retry.index + 1)
            } else if let retry = anyRetry, retry.index < path.count {
                anyRetry = (retry.token, retry.index + 1)
                segmentRetry = nil
                (token, index) = (retry.token, retry.index + 1)
            } else {
                return false
            }
        }
    }
}
