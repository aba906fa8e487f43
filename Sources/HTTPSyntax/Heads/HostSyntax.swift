import Text

/// The syntax of a Host value: a host and, after a colon, a port.
///
/// Narrower than RFC 3986 §3.2.2: a name has only letters, digits, `-`, `.`, `_` and `~`, which is all that names in use
/// have; an address in brackets is IPv6; a colon is followed by a port up to 65535.
enum HostSyntax {
    /// Whether `value` is a host with or without a port.
    static func isValid(_ value: Span<UInt8>) -> Bool {
        guard value.count > 0, value.count <= 262 else { return false }
        var end = 0
        if value[0] == UInt8(ascii: "[") {
            while end < value.count, value[end] != UInt8(ascii: "]") { end &+= 1 }
            guard end < value.count, isIPv6(value.extracting(1..<end)) else { return false }
            end &+= 1
        } else {
            while end < value.count, value[end].isUnreservedOctet { end &+= 1 }
            guard end > 0 else { return false }
        }
        guard end < value.count else { return true }
        return value[end] == .colon && isPort(value.extracting((end &+ 1)..<value.count))
    }

    private static func isPort(_ text: Span<UInt8>) -> Bool {
        guard text.count > 0, text.count <= 5 else { return false }
        return decimal(text).map { $0 <= 65_535 } ?? false
    }

    /// The value of a few digits, or nil where there is another octet.
    private static func decimal(_ text: Span<UInt8>) -> Int? {
        var value = 0
        for index in text.indices {
            guard text[index].isDigit else { return nil }
            value = value &* 10 &+ Int(text[index] &- 0x30)
        }
        return value
    }

    /// Whether this is an IPv6 address (RFC 3986 §3.2.2, `IPv6address`).
    private static func isIPv6(_ text: Span<UInt8>) -> Bool {
        var index = 0
        var groups = 0
        var isCompressed = false
        if text.count >= 2, text[0] == .colon, text[1] == .colon {
            isCompressed = true
            index = 2
        }
        while index < text.count {
            let start = index
            while index < text.count, text[index].hexadecimalValue != nil { index &+= 1 }
            if index < text.count, text[index] == UInt8(ascii: ".") {
                guard isIPv4(text.extracting(start..<text.count)) else { return false }
                groups &+= 2
                break
            }
            guard index > start, index &- start <= 4 else { return false }
            groups &+= 1
            guard index < text.count else { break }
            guard text[index] == .colon else { return false }
            index &+= 1
            // A colon needs something after it: a group, or the second colon of the one compression.
            guard index < text.count else { return false }
            if text[index] == .colon {
                guard !isCompressed else { return false }
                isCompressed = true
                index &+= 1
            }
        }
        return isCompressed ? groups <= 7 : groups == 8
    }

    /// Whether this is four decimal numbers up to 255 without leading zeros (RFC 3986 §3.2.2, `IPv4address`).
    private static func isIPv4(_ text: Span<UInt8>) -> Bool {
        var index = 0
        for part in 0..<4 {
            let start = index
            while index < text.count, text[index].isDigit { index &+= 1 }
            guard index > start, index &- start <= 3, index &- start == 1 || text[start] != 0x30,
                let value = decimal(text.extracting(start..<index)), value <= 255
            else { return false }
            guard part < 3 else { break }
            guard index < text.count, text[index] == UInt8(ascii: ".") else { return false }
            index &+= 1
        }
        return index == text.count
    }
}
