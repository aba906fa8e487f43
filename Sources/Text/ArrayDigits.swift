/// Numbers written as digits of ASCII.
extension [UInt8] {
    /// Appends a number in decimal; a negative one counts as 0.
    public mutating func appendDecimal(_ value: Int64) {
        var rest = Swift.max(0, value)
        var divisor: Int64 = 1
        while rest / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest / divisor))
            rest %= divisor
            divisor /= 10
        }
    }

    /// Appends an octet as two lower-case hexadecimal digits.
    public mutating func appendHexadecimal(_ octet: UInt8) {
        for digit in [octet >> 4, octet & 0x0F] {
            append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }

    /// Appends an octet as `%hh` with upper-case digits (RFC 3986 §2.1).
    public mutating func appendPercentEncoded(_ octet: UInt8) {
        append(UInt8(ascii: "%"))
        for digit in [octet >> 4, octet & 0x0F] {
            append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + digit - 10)
        }
    }
}
