import Text

/// The path of a target pattern: bytes, `*` within a segment, `**` across segments.
///
/// A `/**` at the end also covers the path before it: `/repos/**` means `/repos` too.
struct PathPattern: Sendable, Hashable {
    private enum Token: Hashable {
        case byte(UInt8)
        case segmentBytes
        case anyBytes
    }

    /// The pattern as it is written.
    private let tokens: [Token]
    /// The pattern as servers may read it: see `PathReading.canonical`.
    private let canonicalTokens: [Token]

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
        guard !PathReading.isAmbiguous(path) else { throw .ambiguousPath(path) }
        self.tokens = tokens
        canonicalTokens = Self.canonical(tokens)
    }

    /// Reads a pattern as a path is read; its stars pass as two control characters, which no pattern holds.
    private static func canonical(_ tokens: [Token]) -> [Token] {
        let bytes = tokens.map { token in
            switch token {
            case .segmentBytes: star
            case .anyBytes: doubleStar
            case .byte(let byte): byte
            }
        }
        return PathReading(Substring(String(decoding: bytes, as: UTF8.self))).canonical.map { byte in
            switch byte {
            case star: .segmentBytes
            case doubleStar: .anyBytes
            default: .byte(byte)
            }
        }
    }

    private static let star: UInt8 = 1
    private static let doubleStar: UInt8 = 2

    /// The whole segments before the first star, without a slash at their end: no path matches that is not this one
    /// and does not lie below it.
    var literalPrefix: [UInt8] { Self.literalPrefix(of: tokens) }

    /// The same of the pattern as servers may read it.
    var canonicalPrefix: [UInt8] { Self.literalPrefix(of: canonicalTokens) }

    private static func literalPrefix(of tokens: [Token]) -> [UInt8] {
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
    func matches(_ url: TargetReading) -> Bool {
        !url.isAmbiguous && Self.matches(tokens, url.path.utf8.span, foldsCase: false)
    }

    /// Whether the path matches in any way that a server may read it.
    func mayMatch(_ url: TargetReading) -> Bool {
        url.isAmbiguous || Self.matches(tokens, url.path.utf8.span, foldsCase: true)
            || Self.matches(canonicalTokens, url.canonicalPath.span, foldsCase: true)
    }

    private static func matches(_ tokens: [Token], _ path: Span<UInt8>, foldsCase: Bool) -> Bool {
        if matches(tokens[...], path, foldsCase: foldsCase) { return true }
        // "/**" at the end covers what stands before it too.
        guard tokens.last == .anyBytes, tokens.dropLast().last == .byte(UInt8(ascii: "/")) else {
            return false
        }
        return matches(tokens.dropLast(2), path, foldsCase: foldsCase)
    }

    /// Matches in at most tokens × bytes steps, without recursion.
    ///
    /// On a mismatch the last `*` takes one byte more, and where it may not, the last `**` does. Earlier stars
    /// need no second try: what follows them has been found at its first place, which leaves the most room.
    private static func matches(_ tokens: ArraySlice<Token>, _ path: Span<UInt8>, foldsCase: Bool) -> Bool {
        var token = tokens.startIndex
        var index = 0
        var segmentRetry: (token: Int, index: Int)?
        var anyRetry: (token: Int, index: Int)?
        while true {
            if token == tokens.endIndex, index == path.count { return true }
            if token < tokens.endIndex {
                switch tokens[token] {
                case .byte(let byte) where index < path.count && isEqual(path[index], byte, foldsCase):
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

    private static func isEqual(_ left: UInt8, _ right: UInt8, _ foldsCase: Bool) -> Bool {
        left == right || foldsCase && left.lowercased == right.lowercased
    }
}
