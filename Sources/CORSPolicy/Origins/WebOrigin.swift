import Text

/// The parts of an http or https origin, found in its bytes without copying them.
///
/// Only what a browser writes is taken: lower case, no default port, nothing before or behind.
///
/// - SeeAlso: HTML §7.1.1 (ASCII serialization of an origin).
struct WebOrigin {
    enum Scheme: UInt8, Sendable {
        case http
        case https

        init?(_ name: String) {
            switch name {
            case "http": self = .http
            case "https": self = .https
            default: return nil
            }
        }
    }

    let scheme: Scheme
    /// The bytes of the host; an IPv6 address has its brackets.
    let host: Range<Int>
    /// nil where none is written.
    let port: UInt16?

    private static let httpPrefix = Array("http://".utf8)
    private static let httpsPrefix = Array("https://".utf8)

    init?(_ bytes: Span<UInt8>) {
        let isSecure = Self.starts(bytes, with: Self.httpsPrefix)
        guard isSecure || Self.starts(bytes, with: Self.httpPrefix) else { return nil }
        let hostStart = isSecure ? Self.httpsPrefix.count : Self.httpPrefix.count
        guard let hostEnd = Self.endOfHost(in: bytes, from: hostStart) else { return nil }
        scheme = isSecure ? .https : .http
        host = hostStart..<hostEnd
        guard hostEnd < bytes.count else {
            port = nil
            return
        }
        guard let port = Self.readPort(in: bytes, from: hostEnd &+ 1), port != (isSecure ? 443 : 80) else {
            return nil
        }
        self.port = port
    }

    private static func starts(_ bytes: Span<UInt8>, with prefix: [UInt8]) -> Bool {
        guard bytes.count >= prefix.count else { return false }
        for index in prefix.indices where bytes[index] != prefix[index] { return false }
        return true
    }

    /// The index behind the host, where a colon stands or the bytes end; nil where the host is malformed.
    private static func endOfHost(in bytes: Span<UInt8>, from start: Int) -> Int? {
        guard start < bytes.count else { return nil }
        guard bytes[start] != UInt8(ascii: "[") else { return endOfAddress(in: bytes, from: start) }
        var end = start
        var labelLength = 0
        while end < bytes.count, bytes[end] != UInt8(ascii: ":") {
            if bytes[end] == UInt8(ascii: ".") {
                guard labelLength > 0 else { return nil }
                labelLength = 0
            } else {
                guard DomainName.isLabelOctet(bytes[end]) else { return nil }
                labelLength &+= 1
                guard labelLength <= DomainName.maximumLabelLength else { return nil }
            }
            end &+= 1
        }
        // The dot that may end an absolute name does not count.
        let dot = labelLength == 0 ? 1 : 0
        return end > start && end &- start &- dot <= DomainName.maximumLength ? end : nil
    }

    /// What is between the brackets need not be checked: it is only ever compared as a whole.
    private static func endOfAddress(in bytes: Span<UInt8>, from start: Int) -> Int? {
        var end = start
        while end < bytes.count, bytes[end] != UInt8(ascii: "]") { end &+= 1 }
        guard end < bytes.count else { return nil }
        end &+= 1
        return end == bytes.count || bytes[end] == UInt8(ascii: ":") ? end : nil
    }

    /// Reads 1–65535 without leading zeros, up to the last byte.
    private static func readPort(in bytes: Span<UInt8>, from start: Int) -> UInt16? {
        guard (1...5).contains(bytes.count &- start), bytes[start] != UInt8(ascii: "0") else { return nil }
        var number: UInt32 = 0
        for index in start..<bytes.count {
            guard bytes[index].isDigit else { return nil }
            number = number &* 10 &+ UInt32(bytes[index] &- UInt8(ascii: "0"))
        }
        return UInt16(exactly: number)
    }
}
