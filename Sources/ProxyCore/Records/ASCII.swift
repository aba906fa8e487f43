import Text

/// Bytes of US-ASCII, in which all protocol elements here are written.
enum ASCII {
    /// The byte with `A`–`Z` turned into `a`–`z`.
    static func lowercased(_ byte: UInt8) -> UInt8 {
        isUppercase(byte) ? byte | 0x20 : byte
    }

    /// Whether the byte is one of `A`–`Z`.
    static func isUppercase(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "A") < 26
    }

    /// Whether the byte is a letter.
    static func isLetter(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26
    }

    /// Whether the byte is one of `0`–`9`.
    static func isDigit(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") < 10
    }

    /// The value of a hexadecimal digit.
    static func hexValue(_ byte: UInt8) -> UInt8? {
        PercentEncoding.hexValue(byte)
    }

    /// Whether `text` equals `lowercase`, which has no upper-case letters, without regard to case.
    static func equal(_ text: Span<UInt8>, _ lowercase: Span<UInt8>) -> Bool {
        guard text.count == lowercase.count else { return false }
        for index in text.indices where lowercased(text[index]) != lowercase[index] {
            return false
        }
        return true
    }

    /// Appends a number in decimal; a negative one counts as 0.
    static func writeDecimal(_ value: Int64, to bytes: inout [UInt8]) {
        var rest = max(0, value)
        var divisor: Int64 = 1
        while rest / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest / divisor))
            rest %= divisor
            divisor /= 10
        }
    }

    /// Appends a byte as two lower-case hexadecimal digits.
    static func writeHex(_ byte: UInt8, to bytes: inout [UInt8]) {
        for digit in [byte >> 4, byte & 0x0F] {
            bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}
