/// The octets that protocols name, and the classes of octets of RFC 9110 §5.6, RFC 9112 and RFC 3986.
///
/// Everything here is inlined where it is used: parsers ask for each byte.
extension UInt8 {
    /// HTAB, a tab.
    @inlinable public static var horizontalTab: UInt8 { 0x09 }
    /// LF.
    @inlinable public static var lineFeed: UInt8 { 0x0A }
    /// CR.
    @inlinable public static var carriageReturn: UInt8 { 0x0D }
    /// SP, a space.
    @inlinable public static var space: UInt8 { 0x20 }
    /// A comma.
    @inlinable public static var comma: UInt8 { 0x2C }
    /// A colon.
    @inlinable public static var colon: UInt8 { 0x3A }
    /// A semicolon.
    @inlinable public static var semicolon: UInt8 { 0x3B }

    /// Whether this is a `tchar` (RFC 9110 §5.6.2).
    @inlinable @inline(__always)
    public var isTokenOctet: Bool {
        // One bit for each of the 128 ASCII codes.
        let mask: UInt64 = self < 64 ? 0x03ff_6cfa_0000_0000 : 0x57ff_ffff_c7ff_fffe
        return self < 128 && (mask &>> UInt64(self & 63)) & 1 == 1
    }

    /// Whether this may stand in a field value or a reason phrase: HTAB, SP, VCHAR or obs-text (RFC 9110 §5.5).
    @inlinable @inline(__always)
    public var isFieldOctet: Bool {
        isPrintableOctet || self == .horizontalTab
    }

    /// As `isFieldOctet`, without HTAB, which is rare enough to be left out of the inner loops.
    @inlinable @inline(__always)
    public var isPrintableOctet: Bool {
        self >= 0x20 && self != 0x7F
    }

    /// Whether this is VCHAR: no control, no space, no obs-text (RFC 5234 appendix B.1).
    @inlinable @inline(__always)
    public var isVisibleOctet: Bool {
        self &- 0x21 < 0x5E
    }

    /// Whether this is `unreserved`: a letter, a digit, `-`, `.`, `_` or `~` (RFC 3986 §2.3).
    @inlinable @inline(__always)
    public var isUnreservedOctet: Bool {
        if isLetter || isDigit { return true }
        switch self {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): return true
        default: return false
        }
    }

    /// Whether this is SP or HTAB, of which optional white space is made (RFC 9110 §5.6.3).
    @inlinable @inline(__always)
    public var isWhitespace: Bool {
        self == .space || self == .horizontalTab
    }

    /// Whether this is one of `0`–`9`.
    @inlinable @inline(__always)
    public var isDigit: Bool {
        self &- 0x30 < 10
    }

    /// Whether this is one of `A`–`Z` and `a`–`z`.
    @inlinable @inline(__always)
    public var isLetter: Bool {
        (self | 0x20) &- 0x61 < 26
    }

    /// A letter in lower case, any other octet as it is.
    @inlinable @inline(__always)
    public var lowercased: UInt8 {
        self &- 0x41 < 26 ? self | 0x20 : self
    }

    /// The value of a hexadecimal digit in either case, or nil.
    @inlinable @inline(__always)
    public var hexadecimalValue: UInt8? {
        if isDigit { return self &- 0x30 }
        let letter = lowercased &- 0x61
        return letter < 6 ? letter &+ 10 : nil
    }
}
