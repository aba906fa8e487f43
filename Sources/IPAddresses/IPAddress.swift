/// An IPv4 or IPv6 address, without a zone.
///
/// An IPv4 address and the IPv6 address it is mapped to (`::ffff:a.b.c.d`) are two different values.
public struct IPAddress: Sendable, Hashable {
    /// The version of the Internet Protocol that an address belongs to.
    public enum Family: Sendable, Hashable {
        /// 32 bits.
        case v4
        /// 128 bits.
        case v6

        /// The number of bits in an address.
        public var bitCount: Int {
            switch self {
            case .v4: 32
            case .v6: 128
            }
        }
    }

    /// Which protocol the address belongs to.
    public let family: Family
    /// The upper half of an IPv6 address; 0 for IPv4.
    let high: UInt64
    /// The lower half of an IPv6 address; for IPv4 its 32 bits.
    let low: UInt64

    init(family: Family, high: UInt64, low: UInt64) {
        self.family = family
        self.high = high
        self.low = low
    }

    /// Makes an IPv4 address of its four bytes, the first one of the text form first.
    public init(v4 bytes: (UInt8, UInt8, UInt8, UInt8)) {
        let upper = UInt64(bytes.0) << 24 | UInt64(bytes.1) << 16
        self.init(family: .v4, high: 0, low: upper | UInt64(bytes.2) << 8 | UInt64(bytes.3))
    }

    /// Makes an IPv6 address of its first and its last 64 bits.
    public init(v6 high: UInt64, low: UInt64) {
        self.init(family: .v6, high: high, low: low)
    }

    /// Makes an address of its bytes in network order, or nil where they are neither 4 nor 16.
    public init?(networkBytes bytes: Span<UInt8>) {
        switch bytes.count {
        case 4:
            self.init(v4: (bytes[0], bytes[1], bytes[2], bytes[3]))
        case 16:
            var halves: (high: UInt64, low: UInt64) = (0, 0)
            for index in 0..<8 {
                halves.high = halves.high << 8 | UInt64(bytes[index])
                halves.low = halves.low << 8 | UInt64(bytes[index &+ 8])
            }
            self.init(v6: halves.high, low: halves.low)
        default:
            return nil
        }
    }

    /// Makes an address of its bytes in network order, or nil where they are neither 4 nor 16.
    public init?(networkBytes bytes: [UInt8]) {
        self.init(networkBytes: bytes.span)
    }

    /// The 4 or 16 bytes of the address in network order.
    public var networkBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(family.bitCount / 8)
        if family == .v6 {
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: high >> UInt64(shift)))
            }
        }
        for shift in stride(from: family == .v6 ? 56 : 24, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: low >> UInt64(shift)))
        }
        return bytes
    }

    /// The IPv4 address that `::ffff:a.b.c.d` stands for, otherwise the same.
    public var unmapped: IPAddress {
        guard family == .v6, high == 0, low >> 32 == 0xFFFF else { return self }
        return IPAddress(family: .v4, high: 0, low: low & 0xFFFF_FFFF)
    }

    /// Whether packets to it stay on this host: 127.0.0.0/8 or ::1.
    public var isLoopback: Bool {
        switch family {
        case .v4: low >> 24 == 127
        case .v6: high == 0 && low == 1
        }
    }

    /// Whether it is 0.0.0.0 or ::, "any address" of a listener.
    public var isUnspecified: Bool {
        high == 0 && low == 0
    }
}
