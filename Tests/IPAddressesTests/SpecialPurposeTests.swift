import IPAddresses
import Testing

/// The whole address space cut where the class changes, in order: written down apart from the registry's own
/// table, so that a slip in either shows.
struct SpecialPurposeTests {
    static let v4: [(first: String, addressClass: AddressClass)] = [
        ("0.0.0.0", .unspecified), ("0.0.0.1", .thisNetwork), ("1.0.0.0", .publicUnicast),
        ("10.0.0.0", .privateUse), ("11.0.0.0", .publicUnicast),
        ("100.64.0.0", .sharedSpace), ("100.100.100.200", .cloudMetadata), ("100.100.100.201", .sharedSpace),
        ("100.128.0.0", .publicUnicast), ("127.0.0.0", .loopback), ("128.0.0.0", .publicUnicast),
        ("168.63.129.16", .cloudMetadata), ("168.63.129.17", .publicUnicast),
        ("169.254.0.0", .linkLocal), ("169.254.169.254", .cloudMetadata), ("169.254.169.255", .linkLocal),
        ("169.254.170.2", .cloudMetadata), ("169.254.170.3", .linkLocal), ("169.254.170.23", .cloudMetadata),
        ("169.254.170.24", .linkLocal), ("169.255.0.0", .publicUnicast),
        ("172.16.0.0", .privateUse), ("172.32.0.0", .publicUnicast),
        ("192.0.0.0", .protocolAssignment), ("192.0.0.192", .cloudMetadata),
        ("192.0.0.193", .protocolAssignment),
        ("192.0.1.0", .publicUnicast), ("192.0.2.0", .documentation), ("192.0.3.0", .publicUnicast),
        ("192.31.196.0", .anycastService), ("192.31.197.0", .publicUnicast),
        ("192.52.193.0", .anycastService), ("192.52.194.0", .publicUnicast),
        ("192.88.99.0", .anycastService), ("192.88.100.0", .publicUnicast),
        ("192.168.0.0", .privateUse), ("192.169.0.0", .publicUnicast),
        ("192.175.48.0", .anycastService), ("192.175.49.0", .publicUnicast),
        ("198.18.0.0", .benchmarking), ("198.20.0.0", .publicUnicast),
        ("198.51.100.0", .documentation), ("198.51.101.0", .publicUnicast),
        ("203.0.113.0", .documentation), ("203.0.114.0", .publicUnicast),
        ("224.0.0.0", .multicast), ("240.0.0.0", .reserved), ("255.255.255.255", .broadcast),
    ]

    static let v6: [(first: String, addressClass: AddressClass)] = [
        ("::", .unspecified), ("::1", .loopback), ("::2", .embeddedIPv4), ("::1:0:0", .unallocated),
        ("::ffff:0.0.0.0", .embeddedIPv4), ("::1:0:0:0", .unallocated),
        ("::ffff:0:0:0", .embeddedIPv4), ("::ffff:1:0:0", .unallocated),
        ("64:ff9b::", .embeddedIPv4), ("64:ff9b::1:0:0", .unallocated),
        ("64:ff9b:1::", .embeddedIPv4), ("64:ff9b:2::", .unallocated),
        ("100::", .discardOnly), ("100:0:0:2::", .unallocated),
        ("2000::", .publicUnicast), ("2001::", .embeddedIPv4),
        ("2001:1::", .protocolAssignment), ("2001:1::1", .anycastService), ("2001:1::4", .protocolAssignment),
        ("2001:2::", .benchmarking), ("2001:2:1::", .protocolAssignment),
        ("2001:3::", .anycastService), ("2001:4::", .protocolAssignment),
        ("2001:4:112::", .anycastService), ("2001:4:113::", .protocolAssignment),
        ("2001:10::", .identifier), ("2001:40::", .protocolAssignment), ("2001:200::", .publicUnicast),
        ("2001:db8::", .documentation), ("2001:db9::", .publicUnicast),
        ("2002::", .embeddedIPv4), ("2003::", .publicUnicast),
        ("2620:4f:8000::", .anycastService), ("2620:4f:8001::", .publicUnicast),
        ("3fff::", .documentation), ("3fff:1000::", .publicUnicast), ("4000::", .unallocated),
        ("5f00::", .segmentRouting), ("5f01::", .unallocated),
        ("fc00::", .privateUse), ("fd00:ec2::23", .cloudMetadata), ("fd00:ec2::24", .privateUse),
        ("fd00:ec2::254", .cloudMetadata), ("fd00:ec2::255", .privateUse),
        ("fd20:ce::254", .cloudMetadata), ("fd20:ce::255", .privateUse), ("fe00::", .unallocated),
        ("fe80::", .linkLocal), ("fec0::", .siteLocal), ("ff00::", .multicast),
    ]

    @Test(arguments: [v4, v6])
    func `classifies the first and the last address of every stretch`(
        stretches: [(first: String, addressClass: AddressClass)]
    ) throws {
        for (index, stretch) in stretches.enumerated() {
            let first = try #require(IPAddress(stretch.first))
            #expect(SpecialPurpose.classify(first) == stretch.addressClass, "\(first)")
            let next = stretches.dropFirst(index + 1).first.flatMap { IPAddress($0.first) }
            let last = next.map(predecessor) ?? highest(first.family)
            #expect(SpecialPurpose.classify(last) == stretch.addressClass, "\(last)")
        }
    }

    @Test func `every entry of the registry decides about some address`() {
        for entry in SpecialPurpose.v4Entries + SpecialPurpose.v6Entries {
            let edges = [entry.block.base, entry.block.last].map(SpecialPurpose.classify)
            #expect(edges.contains(entry.addressClass), "\(entry.block) is hidden by an earlier entry")
        }
    }

    @Test(arguments: ["8.8.8.8", "93.184.215.14", "2606:4700::1111", "2a00:1450:4001::200e", "2400:cb00::1"])
    func `addresses of the Internet are public`(text: String) throws {
        #expect(SpecialPurpose.classify(try #require(IPAddress(text))) == .publicUnicast)
    }

    private func predecessor(_ address: IPAddress) -> IPAddress {
        var bytes = address.networkBytes
        for index in bytes.indices.reversed() {
            bytes[index] &-= 1
            if bytes[index] != 255 { break }
        }
        return IPAddress(networkBytes: bytes) ?? address
    }

    private func highest(_ family: IPAddress.Family) -> IPAddress {
        let zero = family == .v4 ? IPAddress(v4: (0, 0, 0, 0)) : IPAddress(v6: 0, low: 0)
        return NetworkBlock(of: zero, prefixLength: 0).last
    }
}
