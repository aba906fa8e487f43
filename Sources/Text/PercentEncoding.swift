/// Percent-encoded octets.
///
/// - SeeAlso: RFC 3986 §2.1.
public enum PercentEncoding {
    /// The octet that `%hh` at `index` stands for, or the byte there; and how many bytes of the text it takes up.
    @inlinable
    public static func octet(in text: Span<UInt8>, at index: Int) -> (octet: UInt8, length: Int) {
        guard text[index] == UInt8(ascii: "%"), isEncoded(text, at: index),
            let high = text[index + 1].hexadecimalValue, let low = text[index + 2].hexadecimalValue
        else { return (text[index], 1) }
        return (high << 4 | low, 3)
    }

    /// Whether two hexadecimal digits follow the byte at `index`.
    @inlinable
    public static func isEncoded(_ text: Span<UInt8>, at index: Int) -> Bool {
        index + 2 < text.count && text[index + 1].hexadecimalValue != nil
            && text[index + 2].hexadecimalValue != nil
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
}
