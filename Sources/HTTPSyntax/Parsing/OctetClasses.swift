/// The classes of octets that RFC 9110 §5.6 and RFC 9112 name.
extension UInt8 {
    static var horizontalTab: UInt8 { 0x09 }
    static var lineFeed: UInt8 { 0x0A }
    static var carriageReturn: UInt8 { 0x0D }
    static var space: UInt8 { 0x20 }
    static var comma: UInt8 { 0x2C }
    static var colon: UInt8 { 0x3A }
    static var semicolon: UInt8 { 0x3B }

    /// Whether this is a `tchar` (RFC 9110 §5.6.2).
    @inline(__always)
    var isTokenOctet: Bool {
        // One bit for each of the 128 ASCII codes.
        let mask: UInt64 = self < 64 ? 0x03ff_6cfa_0000_0000 : 0x57ff_ffff_c7ff_fffe
        return self < 128 && (mask &>> UInt64(self & 63)) & 1 == 1
    }

    /// Whether this may stand in a field value or a reason phrase: HTAB, SP, VCHAR or obs-text (RFC 9110 §5.5).
    @inline(__always)
    var isFieldOctet: Bool {
        isPrintableOctet || self == .horizontalTab
    }

    /// As `isFieldOctet`, without HTAB, which is rare enough to be left out of the inner loops.
    @inline(__always)
    var isPrintableOctet: Bool {
        self >= 0x20 && self != 0x7F
    }

    /// Whether this is VCHAR: no control, no space, no obs-text (RFC 5234 appendix B.1).
    @inline(__always)
    var isVisibleOctet: Bool {
        self &- 0x21 < 0x5E
    }

    /// Whether this is SP or HTAB, of which optional white space is made (RFC 9110 §5.6.3).
    @inline(__always)
    var isWhitespace: Bool {
        self == .space || self == .horizontalTab
    }

    @inline(__always)
    var isDigit: Bool {
        self &- 0x30 < 10
    }

    /// A letter in lower case, any other octet as it is.
    @inline(__always)
    var lowercased: UInt8 {
        self &- 0x41 < 26 ? self | 0x20 : self
    }

    /// The value of a hexadecimal digit in either case, or nil.
    @inline(__always)
    var hexadecimalValue: UInt8? {
        if isDigit { return self &- 0x30 }
        let letter = lowercased &- 0x61
        return letter < 6 ? letter &+ 10 : nil
    }
}

extension Span<UInt8> {
    /// Whether these octets are `text`, letters compared without regard to case.
    func equalsIgnoringCase(_ text: Span<UInt8>) -> Bool {
        assert(WorkCount.add(1))
        return count == text.count && hasPrefixIgnoringCase(text)
    }

    /// Whether these octets start with `text`, letters compared without regard to case.
    func hasPrefixIgnoringCase(_ text: Span<UInt8>) -> Bool {
        guard count >= text.count else { return false }
        assert(WorkCount.add(text.count))
        for index in text.indices where self[index].lowercased != text[index].lowercased { return false }
        return true
    }
}
