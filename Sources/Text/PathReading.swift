/// A raw path as servers may read it: the one rule for paths of requests, patterns, routes and redirects.
public struct PathReading: Sendable {
    /// The path as most servers come to compare it.
    ///
    /// Percent-encodings are decoded once, `;…` parameters are taken off, each run of slashes is one, spaces and dots
    /// at the end of a segment are left off, as Windows does, and letters have no case.
    public let canonical: [UInt8]
    /// Whether the path may lead elsewhere than it says.
    ///
    /// So it is with dot segments however written (`..`, `%2e%2e`, `..;x`, `..%3bx`, `..%2f`, `..%20`), with `\` or
    /// `%5c`, which some servers take for a slash, and with a double encoding such as `%252e`.
    public let isAmbiguous: Bool
    /// Whether a control character is encoded in it, at which some servers end a path and which others drop.
    public let holdsControls: Bool

    /// Reads a path without its query.
    public init(_ path: Substring) {
        var canonical: [UInt8] = []
        var scanner = PathScanner()
        canonical.reserveCapacity(path.utf8.count)
        scanner.scan(path.utf8.span) { byte in
            if byte == UInt8(ascii: "/") {
                Self.trim(&canonical)
                if canonical.last == byte { return }
            }
            canonical.append(byte)
        }
        Self.trim(&canonical)
        self.canonical = Self.folded(canonical)
        isAmbiguous = scanner.isAmbiguous
        holdsControls = scanner.holdsControls
    }

    /// Whether a path without its query may lead elsewhere than it says.
    public static func isAmbiguous(_ path: Substring) -> Bool {
        var scanner = PathScanner()
        scanner.scan(path.utf8.span) { _ in }
        return scanner.isAmbiguous
    }

    /// Takes spaces and dots off the end of the last segment.
    private static func trim(_ path: inout [UInt8]) {
        while let last = path.last, last == .space || last == UInt8(ascii: ".") {
            path.removeLast()
        }
    }

    /// The path with its letters folded to one case, those outside ASCII too.
    ///
    /// By way of capital letters, as there are small ones (`ı`, `ſ`) that have a capital letter of ASCII.
    private static func folded(_ path: [UInt8]) -> [UInt8] {
        if path.contains(where: { $0 >= 0x80 }), let text = String(validating: path, as: UTF8.self) {
            return Array(text.uppercased().lowercased().utf8)
        }
        return path.map(\.lowercased)
    }
}

/// Decodes a path byte by byte, and finds what servers read in several ways.
private struct PathScanner {
    private(set) var isAmbiguous = false
    private(set) var holdsControls = false
    /// How many bytes the segment has, and how many of them are dots and spaces.
    private var segment = (count: 0, dots: 0, spaces: 0)
    private var skipsParameters = false

    /// Hands over each byte that counts.
    mutating func scan(_ path: Span<UInt8>, _ take: (UInt8) -> Void) {
        var index = 0
        while index < path.count {
            let (byte, length) = PercentEncoding.octet(in: path, at: index)
            if length == 3, byte == UInt8(ascii: "%") {
                // What follows may be decoded once more: "%252e".
                isAmbiguous = isAmbiguous || PercentEncoding.isEncoded(path, at: index + 2)
            }
            index += length
            switch byte {
            case UInt8(ascii: "/"):
                endSegment()
                take(byte)
            case UInt8(ascii: ";"):
                skipsParameters = true
            default:
                isAmbiguous = isAmbiguous || byte == UInt8(ascii: "\\")
                holdsControls = holdsControls || byte < 0x20 || byte == 0x7F
                guard !skipsParameters else { continue }
                segment.count += 1
                if byte == UInt8(ascii: ".") { segment.dots += 1 }
                if byte == UInt8(ascii: " ") { segment.spaces += 1 }
                take(byte)
            }
        }
        endSegment()
    }

    private mutating func endSegment() {
        let isOfDots = segment.dots > 0 && segment.count == segment.dots + segment.spaces
        // Windows leaves spaces at the end off before it looks; "..." is a name as any other.
        isAmbiguous = isAmbiguous || isOfDots && (segment.dots <= 2 || segment.spaces > 0)
        segment = (0, 0, 0)
        skipsParameters = false
    }
}
