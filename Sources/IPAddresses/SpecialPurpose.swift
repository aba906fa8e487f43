/// The special-purpose address registries, which tell public addresses from all others.
///
/// Every entry counts as special, also those that are globally reachable: they are anycast services of the
/// network's operators, and no web site lives there.
///
/// - SeeAlso: RFC 6890; the IANA IPv4 and IPv6 Special-Purpose Address Registries.
public enum SpecialPurpose {
    /// One block of the registries.
    public struct Entry: Sendable {
        /// The addresses.
        public let block: NetworkBlock
        /// What they are for.
        public let addressClass: AddressClass
        /// Where that is written.
        public let source: String
    }

    /// Tells what an address is for.
    public static func classify(_ address: IPAddress) -> AddressClass {
        let entries = address.family == .v4 ? v4Entries : v6Entries
        if let entry = entries.first(where: { $0.block.contains(address) }) {
            return entry.addressClass
        }
        return address.family == .v4 || globalUnicast.contains(address) ? .publicUnicast : .unallocated
    }

    /// 2000::/3, the only part of IPv6 from which addresses are handed out (RFC 4291 §2.4).
    private static let globalUnicast = NetworkBlock(of: IPAddress(v6: 0x2000 << 48, low: 0), prefixLength: 3)

    /// The blocks of IPv4; where they overlap, the narrower one comes first.
    public static let v4Entries: [Entry] = [
        v4((0, 0, 0, 0), 32, .unspecified, "RFC 1122 §3.2.1.3"),
        v4((0, 0, 0, 0), 8, .thisNetwork, "RFC 791 §3.2"),
        v4((10, 0, 0, 0), 8, .privateUse, "RFC 1918"),
        v4((100, 100, 100, 200), 32, .cloudMetadata, "Alibaba Cloud"),
        v4((100, 64, 0, 0), 10, .sharedSpace, "RFC 6598"),
        v4((127, 0, 0, 0), 8, .loopback, "RFC 1122 §3.2.1.3"),
        // Outside the registries, yet the same on every Azure machine: its host answers here.
        v4((168, 63, 129, 16), 32, .cloudMetadata, "Azure"),
        v4((169, 254, 169, 254), 32, .cloudMetadata, "AWS, Azure, Google Cloud and others"),
        v4((169, 254, 170, 2), 32, .cloudMetadata, "Amazon ECS"),
        v4((169, 254, 170, 23), 32, .cloudMetadata, "Amazon EKS"),
        v4((169, 254, 0, 0), 16, .linkLocal, "RFC 3927"),
        v4((172, 16, 0, 0), 12, .privateUse, "RFC 1918"),
        v4((192, 0, 0, 192), 32, .cloudMetadata, "Oracle Cloud"),
        v4((192, 0, 0, 0), 24, .protocolAssignment, "RFC 6890 §2.1"),
        v4((192, 0, 2, 0), 24, .documentation, "RFC 5737"),
        v4((192, 31, 196, 0), 24, .anycastService, "RFC 7535"),
        v4((192, 52, 193, 0), 24, .anycastService, "RFC 7450"),
        v4((192, 88, 99, 0), 24, .anycastService, "RFC 7526"),
        v4((192, 168, 0, 0), 16, .privateUse, "RFC 1918"),
        v4((192, 175, 48, 0), 24, .anycastService, "RFC 7534"),
        v4((198, 18, 0, 0), 15, .benchmarking, "RFC 2544"),
        v4((198, 51, 100, 0), 24, .documentation, "RFC 5737"),
        v4((203, 0, 113, 0), 24, .documentation, "RFC 5737"),
        v4((224, 0, 0, 0), 4, .multicast, "RFC 5771"),
        v4((255, 255, 255, 255), 32, .broadcast, "RFC 919"),
        v4((240, 0, 0, 0), 4, .reserved, "RFC 1112 §4"),
    ]

    /// The blocks of IPv6; where they overlap, the narrower one comes first.
    public static let v6Entries: [Entry] = [
        v6(0, 0, 128, .unspecified, "RFC 4291 §2.5.2"),
        v6(0, 1, 128, .loopback, "RFC 4291 §2.5.3"),
        v6(0, 0, 96, .embeddedIPv4, "RFC 4291 §2.5.5.1"),
        v6(0, 0xffff_0000_0000, 96, .embeddedIPv4, "RFC 4291 §2.5.5.2"),
        v6(0, 0xffff_0000_0000_0000, 96, .embeddedIPv4, "RFC 2765 §2.1"),
        v6(0x0064_ff9b_0000_0000, 0, 96, .embeddedIPv4, "RFC 6052"),
        v6(0x0064_ff9b_0001_0000, 0, 48, .embeddedIPv4, "RFC 8215"),
        v6(0x0100_0000_0000_0000, 0, 64, .discardOnly, "RFC 6666"),
        v6(0x0100_0000_0000_0001, 0, 64, .discardOnly, "RFC 9780"),
        v6(0x2001_0000_0000_0000, 0, 32, .embeddedIPv4, "RFC 4380"),
        v6(0x2001_0001_0000_0000, 1, 128, .anycastService, "RFC 7723"),
        v6(0x2001_0001_0000_0000, 2, 128, .anycastService, "RFC 8155"),
        v6(0x2001_0001_0000_0000, 3, 128, .anycastService, "RFC 9665"),
        v6(0x2001_0002_0000_0000, 0, 48, .benchmarking, "RFC 5180"),
        v6(0x2001_0003_0000_0000, 0, 32, .anycastService, "RFC 7450"),
        v6(0x2001_0004_0112_0000, 0, 48, .anycastService, "RFC 7535"),
        v6(0x2001_0010_0000_0000, 0, 28, .identifier, "RFC 4843"),
        v6(0x2001_0020_0000_0000, 0, 28, .identifier, "RFC 7343"),
        v6(0x2001_0030_0000_0000, 0, 28, .identifier, "RFC 9374"),
        v6(0x2001_0000_0000_0000, 0, 23, .protocolAssignment, "RFC 2928"),
        v6(0x2001_0db8_0000_0000, 0, 32, .documentation, "RFC 3849"),
        v6(0x2002_0000_0000_0000, 0, 16, .embeddedIPv4, "RFC 3056"),
        v6(0x2620_004f_8000_0000, 0, 48, .anycastService, "RFC 7534"),
        v6(0x3fff_0000_0000_0000, 0, 20, .documentation, "RFC 9637"),
        v6(0x5f00_0000_0000_0000, 0, 16, .segmentRouting, "RFC 9602"),
        v6(0xfd00_0ec2_0000_0000, 0x254, 128, .cloudMetadata, "Amazon EC2"),
        v6(0xfd00_0ec2_0000_0000, 0x23, 128, .cloudMetadata, "Amazon EKS"),
        v6(0xfd20_00ce_0000_0000, 0x254, 128, .cloudMetadata, "Google Cloud"),
        v6(0xfc00_0000_0000_0000, 0, 7, .privateUse, "RFC 4193"),
        v6(0xfe80_0000_0000_0000, 0, 10, .linkLocal, "RFC 4291 §2.5.6"),
        v6(0xfec0_0000_0000_0000, 0, 10, .siteLocal, "RFC 3879"),
        v6(0xff00_0000_0000_0000, 0, 8, .multicast, "RFC 4291 §2.7"),
    ]

    private static func v4(
        _ bytes: (UInt8, UInt8, UInt8, UInt8),
        _ length: Int,
        _ addressClass: AddressClass,
        _ source: String
    ) -> Entry {
        let block = NetworkBlock(of: IPAddress(v4: bytes), prefixLength: length)
        return Entry(block: block, addressClass: addressClass, source: source)
    }

    private static func v6(
        _ high: UInt64,
        _ low: UInt64,
        _ length: Int,
        _ addressClass: AddressClass,
        _ source: String
    ) -> Entry {
        let block = NetworkBlock(of: IPAddress(v6: high, low: low), prefixLength: length)
        return Entry(block: block, addressClass: addressClass, source: source)
    }
}
