extension IPAddress {
    /// Reads an address from its text, or returns nil.
    ///
    /// Takes a dotted quad of four decimal numbers without leading zeros, or the IPv6 text form. Brackets, zones
    /// and the other spellings of IPv4 that `inet_aton` knows (`127.1`, `0x7f000001`) are refused.
    ///
    /// - SeeAlso: RFC 4291 §2.2, RFC 6943 §3.1.1.
    public init?(_ text: some StringProtocol) {
        // The longest text is eight groups of which two are a dotted quad: 45 bytes.
        guard text.utf8.count <= 45 else { return nil }
        let bytes = ArraySlice(text.utf8)
        if bytes.contains(UInt8(ascii: ":")) {
            guard let (high, low) = Self.readV6(bytes) else { return nil }
            self.init(v6: high, low: low)
        } else {
            guard let bits = Self.readV4(bytes) else { return nil }
            self.init(family: .v4, high: 0, low: bits)
        }
    }

    private static func readV4(_ text: ArraySlice<UInt8>) -> UInt64? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt64 = 0
        for part in parts {
            guard let number = readDecimal(part), number <= 255 else { return nil }
            bits = bits << 8 | number
        }
        return bits
    }

    /// Reads 1–3 digits; a leading zero is refused because some parsers take it for octal.
    static func readDecimal(_ digits: ArraySlice<UInt8>) -> UInt64? {
        guard let first = digits.first, digits.count <= 3 else { return nil }
        guard first != UInt8(ascii: "0") || digits.count == 1 else { return nil }
        var number: UInt64 = 0
        for digit in digits {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
            number = number &* 10 &+ UInt64(digit &- UInt8(ascii: "0"))
        }
        return number
    }

    private static func readV6(_ text: ArraySlice<UInt8>) -> (high: UInt64, low: UInt64)? {
        guard let gap = firstGap(in: text) else {
            guard let groups = readGroups(text, quadAllowed: true), groups.count == 8 else { return nil }
            return halves(of: groups)
        }
        let before = text[..<gap]
        let after = text[(gap &+ 2)...]
        guard let head = before.isEmpty ? [] : readGroups(before, quadAllowed: false),
            let tail = after.isEmpty ? [] : readGroups(after, quadAllowed: true),
            // The gap stands for one group at least.
            head.count &+ tail.count <= 7
        else { return nil }
        let zeros = [UInt16](repeating: 0, count: 8 &- head.count &- tail.count)
        return halves(of: head + zeros + tail)
    }

    /// The index of the first `::`; a second one leaves an empty group behind, which is refused there.
    private static func firstGap(in text: ArraySlice<UInt8>) -> Int? {
        let colon = UInt8(ascii: ":")
        return text.indices.dropLast().first { text[$0] == colon && text[$0 &+ 1] == colon }
    }

    private static func readGroups(_ text: ArraySlice<UInt8>, quadAllowed: Bool) -> [UInt16]? {
        var parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        var quad: [UInt16] = []
        if quadAllowed, let last = parts.last, last.contains(UInt8(ascii: ".")) {
            guard let bits = readV4(last) else { return nil }
            quad = [UInt16(truncatingIfNeeded: bits >> 16), UInt16(truncatingIfNeeded: bits)]
            parts.removeLast()
        }
        guard parts.count &+ quad.count <= 8 else { return nil }
        var groups: [UInt16] = []
        for part in parts {
            guard let group = readHexadecimal(part) else { return nil }
            groups.append(group)
        }
        return groups + quad
    }

    private static func readHexadecimal(_ digits: ArraySlice<UInt8>) -> UInt16? {
        guard !digits.isEmpty, digits.count <= 4 else { return nil }
        var number: UInt16 = 0
        for digit in digits {
            let value: UInt8
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit &- UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit &- UInt8(ascii: "a") &+ 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = digit &- UInt8(ascii: "A") &+ 10
            default: return nil
            }
            number = number << 4 | UInt16(value)
        }
        return number
    }

    private static func halves(of groups: [UInt16]) -> (high: UInt64, low: UInt64) {
        let high = groups.prefix(4).reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
        let low = groups.dropFirst(4).reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
        return (high, low)
    }
}

extension IPAddress: CustomStringConvertible {
    /// The canonical text: a dotted quad, or lower-case groups with the longest run of zeros left out.
    ///
    /// An IPv4-mapped address ends in a dotted quad.
    ///
    /// - SeeAlso: RFC 5952 §4 and §5.
    public var description: String {
        switch family {
        case .v4:
            return quadText
        case .v6 where high == 0 && low >> 32 == 0xffff:
            return "::ffff:\(quadText)"
        case .v6:
            return groupsText
        }
    }

    private var quadText: String {
        "\(low >> 24 & 255).\(low >> 16 & 255).\(low >> 8 & 255).\(low & 255)"
    }

    private var groupsText: String {
        let groups = [high, low].flatMap { half in [48, 32, 16, 0].map { half >> UInt64($0) & 0xffff } }
        let text = { (part: ArraySlice<UInt64>) in
            part.map { String($0, radix: 16) }.joined(separator: ":")
        }
        let gap = Self.longestZeroRun(in: groups)
        // RFC 5952 §4.2.2: a single group of zeros is written out.
        guard gap.count > 1 else { return text(groups[...]) }
        return "\(text(groups[..<gap.lowerBound]))::\(text(groups[gap.upperBound...]))"
    }

    /// The first of the longest runs of zero groups (RFC 5952 §4.2.3).
    private static func longestZeroRun(in groups: [UInt64]) -> Range<Int> {
        var longest = 0..<0
        var start = 0
        for (index, group) in groups.enumerated() {
            if group != 0 {
                start = index &+ 1
            } else if index &+ 1 &- start > longest.count {
                longest = start..<(index &+ 1)
            }
        }
        return longest
    }
}
