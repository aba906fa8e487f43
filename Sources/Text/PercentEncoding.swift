/// Percent-encoded octets.
///
/// - SeeAlso: RFC 3986 §2.1.
public enum PercentEncoding {
    /// The octet that `%hh` at `index` stands for, or the byte there; and how many bytes of the text it takes up.
    @inlinable
    public static func octet(in text: Span<UInt8>, at index: Int) -> (octet: UInt8, length: Int) {
        guard text[index] == UInt8(ascii: "%"), isEncoded(text, at: index),
            let high = hexValue(text[index + 1]), let low = hexValue(text[index + 2])
        else { return (text[index], 1) }
        return (high << 4 | low, 3)
    }

    /// Whether two hexadecimal digits follow the byte at `index`.
    @inlinable
    public static func isEncoded(_ text: Span<UInt8>, at index: Int) -> Bool {
        index + 2 < text.count && hexValue(text[index + 1]) != nil && hexValue(text[index + 2]) != nil
    }

    /// The text with each `%hh` decoded, nil where that is no UTF-8.
    public static func decoded(_ text: Span<UInt8>) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            let (octet, length) = octet(in: text, at: index)
            bytes.append(octet)
            index += length
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// The value of a hexadecimal digit.
    @inlinable
    public static func hexValue(_ byte: UInt8) -> UInt8? {
        let digit = byte &- UInt8(ascii: "0")
        if digit < 10 { return digit }
        let letter = (byte | 0x20) &- UInt8(ascii: "a")
        return letter < 6 ? letter + 10 : nil
    }
}
