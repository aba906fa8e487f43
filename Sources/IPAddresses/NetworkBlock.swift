/// A block of addresses in CIDR notation, for example `10.0.0.0/8`.
///
/// A block holds addresses of its own family only: `127.0.0.0/8` does not contain `::ffff:127.0.0.1`.
///
/// - SeeAlso: RFC 4632 §3.1, RFC 4291 §2.3.
public struct NetworkBlock: Sendable, Hashable {
    /// The first address of the block.
    public let base: IPAddress
    /// How many leading bits its addresses have in common: 0–32 or 0–128.
    public let prefixLength: Int

    /// Makes the block of the addresses that share the given number of leading bits with an address.
    ///
    /// Bits of `address` below the prefix are cleared; a length out of range becomes the nearest one in range.
    public init(of address: IPAddress, prefixLength: Int) {
        let length = min(max(prefixLength, 0), address.family.bitCount)
        let mask = Self.mask(address.family, prefixLength: length)
        base = IPAddress(family: address.family, high: address.high & mask.high, low: address.low & mask.low)
        self.prefixLength = length
    }

    /// Reads `address/length`, or a bare address, which is a block of its own.
    ///
    /// Returns nil for any other text, and where bits below the prefix are set: `10.0.0.1/8` may be meant as
    /// one address or as the whole block.
    public init?(_ text: some StringProtocol) {
        guard let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")) else {
            guard let address = IPAddress(text) else { return nil }
            self.init(of: address, prefixLength: address.family.bitCount)
            return
        }
        let digits = ArraySlice(text.utf8[text.utf8.index(after: slash)...])
        guard let address = IPAddress(text[..<slash]),
            let length = IPAddress.readDecimal(digits),
            length <= address.family.bitCount
        else { return nil }
        self.init(of: address, prefixLength: Int(length))
        guard base == address else { return nil }
    }

    /// The blocks of loopback, 127.0.0.0/8 and ::1.
    public static let loopback = [
        NetworkBlock(of: IPAddress(v4: (127, 0, 0, 0)), prefixLength: 8),
        NetworkBlock(of: IPAddress(v6: 0, low: 1), prefixLength: 128),
    ]

    /// Tells whether an address of the same family lies in the block.
    public func contains(_ address: IPAddress) -> Bool {
        guard address.family == base.family else { return false }
        let mask = Self.mask(base.family, prefixLength: prefixLength)
        return address.high & mask.high == base.high && address.low & mask.low == base.low
    }

    /// The last address of the block.
    public var last: IPAddress {
        let mask = Self.mask(base.family, prefixLength: prefixLength)
        switch base.family {
        case .v4: return IPAddress(family: .v4, high: 0, low: base.low | (~mask.low & 0xffff_ffff))
        case .v6: return IPAddress(v6: base.high | ~mask.high, low: base.low | ~mask.low)
        }
    }

    private static func mask(_ family: IPAddress.Family, prefixLength: Int) -> (high: UInt64, low: UInt64) {
        // Swift's shift by the full width leaves 0; for IPv4 the bits above 32 do not matter.
        switch family {
        case .v4: (UInt64.max, UInt64.max << (32 &- prefixLength))
        case .v6: (UInt64.max << max(64 &- prefixLength, 0), UInt64.max << min(128 &- prefixLength, 64))
        }
    }
}

extension NetworkBlock: CustomStringConvertible {
    /// The block in CIDR notation, its address in canonical form.
    public var description: String {
        "\(base)/\(prefixLength)"
    }
}
