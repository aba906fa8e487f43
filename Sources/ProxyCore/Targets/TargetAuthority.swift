import Text

/// The authority of a target in the prefix form: where its host, port and end lie.
///
/// Refuses what URL parsers read in different ways; the rest of the host's syntax is libcurl's to judge. Of
/// percent-encodings a host may have those of bytes outside ASCII, as browsers write international names.
///
/// - SeeAlso: RFC 3986 §3.2.
struct TargetAuthority {
    /// What the host looks like.
    enum Kind { case name, ipv4, ipv6 }

    /// What the host looks like.
    let kind: Kind
    /// The host's bytes, an IPv6 address with its brackets.
    let host: Range<Int>
    /// 1–65535, or nil where there is no port or an empty one.
    let port: UInt16?
    /// Host and port as written, without the colon of an empty port.
    let written: Range<Int>
    /// Where path or query begin.
    let end: Int
    /// Whether there are percent-encodings in it.
    let isInternational: Bool
    /// A name of 253 characters, each of four bytes, which are three each once encoded.
    private static let maximumEncodedBytes = 253 * 4 * 3

    /// Reads from `start` to the next `/` or `?`.
    ///
    /// - Throws: `target-credentials`, `target-port`, `target-invalid`; none of them repeats the authority,
    ///   which may hold a password.
    init(_ bytes: Span<UInt8>, from start: Int) throws(ProxyError) {
        (end, isInternational) = try Self.end(in: bytes, from: start)
        let isBracketed = start < end && bytes[start] == UInt8(ascii: "[")
        let hostEnd =
            isBracketed ? Self.endOfBrackets(in: bytes, start..<end) : Self.colon(in: bytes, start..<end)
        guard let hostEnd else { throw Self.invalidHost }
        host = start..<hostEnd
        port = try Self.port(in: bytes, hostEnd..<end)
        written = start..<(port == nil ? hostEnd : end)
        guard !host.isEmpty else { throw Self.missingHost }
        // Libcurl measures an international name once it is in ASCII.
        guard host.count <= (isInternational ? Self.maximumEncodedBytes : 253) else { throw Self.longHost }
        kind = isBracketed ? .ipv6 : Self.isIPv4(bytes.extracting(host)) ? .ipv4 : .name
        guard isBracketed || Self.isName(bytes.extracting(host)) else { throw Self.invalidHost }
    }

    /// Where the authority ends, once nothing ambiguous is found in it.
    ///
    /// - Returns: The end, and whether there are percent-encodings before it.
    private static func end(
        in bytes: Span<UInt8>,
        from start: Int
    ) throws(ProxyError) -> (end: Int, isInternational: Bool) {
        var end = start
        var isAmbiguous = false
        var isInternational = false
        var hasUserinfo = false
        scan: while end < bytes.count {
            switch bytes[end] {
            case UInt8(ascii: "/"), UInt8(ascii: "?"): break scan
            case UInt8(ascii: "@"): hasUserinfo = true
            case UInt8(ascii: "\\"): isAmbiguous = true
            case UInt8(ascii: "%"):
                isInternational = true
                isAmbiguous = isAmbiguous || PercentEncoding.octet(in: bytes, at: end).octet < 0x80
            default: break
            }
            end += 1
        }
        if hasUserinfo { throw credentials }
        if isAmbiguous { throw ambiguousHost }
        return (end, isInternational)
    }

    private static func colon(in bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
        for index in range where bytes[index] == UInt8(ascii: ":") {
            return index
        }
        return range.upperBound
    }

    /// The end of `[…]`, whose inside has the letters of an IPv6 address.
    private static func endOfBrackets(in bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
        var colons = 0
        for index in range.dropFirst() {
            switch bytes[index] {
            case UInt8(ascii: "]"): return colons >= 2 ? index + 1 : nil
            case UInt8(ascii: ":"): colons += 1
            case UInt8(ascii: "."): break
            case let byte where byte.hexadecimalValue != nil: break
            default: return nil
            }
        }
        return nil
    }

    /// Reads `:8080`, `:` or nothing.
    private static func port(in bytes: Span<UInt8>, _ range: Range<Int>) throws(ProxyError) -> UInt16? {
        guard !range.isEmpty else { return nil }
        guard bytes[range.lowerBound] == UInt8(ascii: ":") else { throw invalidHost }
        let digits = range.dropFirst()
        guard !digits.isEmpty else { return nil }
        var value: UInt64 = 0
        for index in digits {
            if bytes[index] == UInt8(ascii: ":") { throw invalidHost }
            guard bytes[index].isDigit else { throw invalidPort(nil) }
            value = min(value * 10 + UInt64(bytes[index] - UInt8(ascii: "0")), unnamedPort)
        }
        guard let port = UInt16(exactly: value), port > 0, digits.count <= 5 else { throw invalidPort(value) }
        return port
    }

    /// Whether the host is four numbers up to 255 in decimal, without leading zeros.
    private static func isIPv4(_ host: Span<UInt8>) -> Bool {
        var parts = 1
        var digits = 0
        var value = 0
        for index in host.indices {
            if host[index] == UInt8(ascii: "."), digits > 0 {
                parts += 1
                digits = 0
                value = 0
                continue
            }
            guard host[index].isDigit, digits == 0 || value > 0 else { return false }
            value = value * 10 + Int(host[index] - UInt8(ascii: "0"))
            digits += 1
            guard value <= 255 else { return false }
        }
        return parts == 4 && digits > 0
    }

    private static func isName(_ host: Span<UInt8>) -> Bool {
        for index in host.indices {
            switch host[index] {
            // What a percent sign stands for has been looked at.
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "%"): continue
            case let byte where byte.isLetter || byte.isDigit: continue
            default: return false
            }
        }
        return true
    }
}

extension TargetAuthority {
    private static let example = "Write the URL behind the proxy's address: /https://api.example.com/data"

    private static let credentials = ProxyError(
        .targetCredentials,
        message: "The target's URL holds a user name or password.",
        hint: "Leave it out of the URL and send an Authorization field instead."
    )

    private static let ambiguousHost = ProxyError(
        .targetInvalid,
        message: "The target's host holds a \"\\\" or a \"%\".",
        hint: "Write the URL as it is, without percent-encoding its scheme or host."
    )

    private static let missingHost = ProxyError(
        .targetInvalid,
        message: "The target names no host.",
        hint: example
    )

    private static let invalidHost = ProxyError(
        .targetInvalid,
        message: "The target's host is neither a name nor an IP address.",
        hint:
            "Write international names in punycode (xn--…) and IPv6 addresses in brackets: /http://[::1]:8080/"
    )

    private static let longHost = ProxyError(
        .targetInvalid,
        message: "The target's host is longer than 253 bytes.",
        hint: example
    )

    /// From here on a message does not repeat the number.
    private static let unnamedPort: UInt64 = 10_000_000_000

    /// Text that is no number is not repeated: it may be the start of a password with a slash in it.
    private static func invalidPort(_ number: UInt64?) -> ProxyError {
        let named = number.flatMap { $0 < unnamedPort ? "Port \($0) is out of range." : nil }
        return ProxyError(
            .targetPort,
            message: named ?? "The target's port is not a number in range.",
            hint: "A port is a number from 1 to 65535."
        )
    }
}
