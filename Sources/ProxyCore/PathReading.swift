/// A raw path as servers may read it: percent-decoded, slashes merged, path parameters taken off.
struct PathReading {
    /// The path once decoded, without `;…` parameters, each run of slashes made one.
    let decoded: [UInt8]
    /// Whether the path may lead elsewhere than it says.
    ///
    /// So it is with dot segments however written (`..`, `%2e%2e`, `..;x`, `..%2f`), with `\` or `%5c`, which
    /// some servers take for a slash, and with a double encoding such as `%252e`.
    let isAmbiguous: Bool

    /// Reads a path without its query.
    init(_ path: Substring) {
        let bytes = path.utf8.span
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var isAmbiguous = false
        var index = 0
        var skipsParameters = false
        while index < bytes.count {
            let (byte, length) = Self.octet(in: bytes, at: index)
            index += length
            isAmbiguous = isAmbiguous || byte == UInt8(ascii: "\\")
            if length == 3, byte == UInt8(ascii: "%"), Self.areHex(bytes, index..<index + 2) {
                isAmbiguous = true
            }
            if byte == UInt8(ascii: "/") {
                skipsParameters = false
                isAmbiguous = isAmbiguous || Self.endsInDotSegment(decoded)
                if decoded.last == byte { continue }
            } else if byte == UInt8(ascii: ";") {
                skipsParameters = true
            }
            if !skipsParameters { decoded.append(byte) }
        }
        self.decoded = decoded
        self.isAmbiguous = isAmbiguous || Self.endsInDotSegment(decoded)
    }

    /// The octet that `%hh` stands for, or the byte itself.
    private static func octet(in bytes: Span<UInt8>, at index: Int) -> (byte: UInt8, length: Int) {
        guard bytes[index] == UInt8(ascii: "%"), areHex(bytes, index + 1..<index + 3),
            let high = ASCII.hexValue(bytes[index + 1]), let low = ASCII.hexValue(bytes[index + 2])
        else { return (bytes[index], 1) }
        return (high << 4 | low, 3)
    }

    private static func areHex(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.upperBound <= bytes.count else { return false }
        for index in range where ASCII.hexValue(bytes[index]) == nil {
            return false
        }
        return true
    }

    private static func endsInDotSegment(_ path: [UInt8]) -> Bool {
        let start = path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
        let segment = path[start...]
        return segment.elementsEqual(".".utf8) || segment.elementsEqual("..".utf8)
    }
}
