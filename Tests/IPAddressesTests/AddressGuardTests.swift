import IPAddresses
import Testing

struct AddressGuardTests {
    /// One address of each class.
    static let samples: [(text: String, addressClass: AddressClass)] = [
        ("8.8.8.8", .publicUnicast), ("0.0.0.0", .unspecified), ("::", .unspecified),
        ("0.1.2.3", .thisNetwork),
        ("127.0.0.1", .loopback), ("::1", .loopback), ("10.1.2.3", .privateUse), ("fd12::1", .privateUse),
        ("100.64.0.1", .sharedSpace), ("169.254.0.1", .linkLocal), ("fe80::1", .linkLocal),
        ("fec0::1", .siteLocal),
        ("169.254.169.254", .cloudMetadata), ("fd00:ec2::254", .cloudMetadata),
        ("192.0.0.8", .protocolAssignment),
        ("192.88.99.1", .anycastService), ("203.0.113.9", .documentation), ("198.18.0.1", .benchmarking),
        ("2001:20::1", .identifier), ("100::1", .discardOnly), ("5f00::1", .segmentRouting),
        ("::ffff:8.8.8.8", .embeddedIPv4), ("64:ff9b::808:808", .embeddedIPv4),
        ("2002:808:808::1", .embeddedIPv4),
        ("224.0.0.1", .multicast), ("ff02::1", .multicast), ("255.255.255.255", .broadcast),
        ("240.0.0.1", .reserved),
        ("4000::1", .unallocated),
    ]

    static let neverReachable: Set<AddressClass> = [
        .unspecified, .thisNetwork, .embeddedIPv4, .multicast, .broadcast,
    ]

    @Test func `the samples show every class`() {
        #expect(Set(Self.samples.map(\.addressClass)) == Set(AddressClass.allCases))
        #expect(Set(AddressClass.allCases.map(\.name)).count == AddressClass.allCases.count)
    }

    @Test(arguments: samples)
    func `without private access only public addresses pass`(text: String, addressClass: AddressClass) throws
    {
        let verdict = AddressGuard(allowPrivate: .none).verdict(on: try #require(IPAddress(text)))
        switch addressClass {
        case .publicUnicast: #expect(verdict == .allowed)
        case let never where Self.neverReachable.contains(never):
            #expect(verdict == .refused(.neverReachable(never)))
        default: #expect(verdict == .refused(.notPublic(addressClass)))
        }
    }

    @Test(arguments: samples)
    func `all private access leaves out metadata and what is never reachable`(
        text: String,
        addressClass: AddressClass
    ) throws {
        let verdict = AddressGuard(allowPrivate: .all).verdict(on: try #require(IPAddress(text)))
        switch addressClass {
        case .cloudMetadata: #expect(verdict == .refused(.notPublic(.cloudMetadata)))
        case let never where Self.neverReachable.contains(never):
            #expect(verdict == .refused(.neverReachable(never)))
        default: #expect(verdict == .allowed)
        }
    }

    @Test(arguments: samples)
    func `blocks that cover everything still keep out what is never reachable`(
        text: String,
        addressClass: AddressClass
    ) throws {
        let blocks = try ["0.0.0.0/0", "::/0"].map { try #require(NetworkBlock($0)) }
        let verdict = AddressGuard(allowPrivate: .blocks(blocks)).verdict(on: try #require(IPAddress(text)))
        #expect((verdict == .allowed) == !Self.neverReachable.contains(addressClass))
    }

    @Test(arguments: [
        ("10.1.2.3", true), ("10.2.0.0", false), ("169.254.169.254", true), ("127.0.0.1", false),
        ("::1", true),
        ("8.8.8.8", true), ("::ffff:10.1.2.3", false), ("fd00::1", false),
    ])
    func `an allowed block opens its own addresses only`(text: String, isAllowed: Bool) throws {
        let blocks = try ["10.1.0.0/16", "169.254.169.254", "::1"].map { try #require(NetworkBlock($0)) }
        let verdict = AddressGuard(allowPrivate: .blocks(blocks)).verdict(on: try #require(IPAddress(text)))
        #expect((verdict == .allowed) == isAllowed)
    }

    @Test(arguments: [
        AddressGuard.PrivateAccess.none, .all,
        .blocks([NetworkBlock(of: IPAddress(v4: (10, 0, 0, 0)), prefixLength: 8)]),
    ])
    func `a denied block wins over everything, for public addresses too`(access: AddressGuard.PrivateAccess)
        throws
    {
        let denied = try ["10.1.0.0/16", "8.8.8.0/24", "2606:4700::/32"].map {
            try #require(NetworkBlock($0))
        }
        let addressGuard = AddressGuard(allowPrivate: access, denied: denied)
        for (text, block) in zip(["10.1.2.3", "8.8.8.8", "2606:4700::1111"], denied) {
            #expect(addressGuard.verdict(on: try #require(IPAddress(text))) == .refused(.denied(block)))
        }
        #expect(addressGuard.verdict(on: IPAddress(v4: (8, 8, 4, 4))) == .allowed)
    }

    @Test func `a refusal says what kind of address it was, never which`() throws {
        let block = try #require(NetworkBlock("10.0.0.0/8"))
        let refusals: [AddressRefusal] = [
            .denied(block), .notPublic(.linkLocal), .neverReachable(.multicast),
        ]
        #expect(
            refusals.map(\.reason) == [
                "The target's address is in a network that is denied.",
                "The target's address is not public (link-local).",
                "The target's address is of a kind that is never connected to (multicast).",
            ]
        )
        #expect(Set(refusals.map(\.code)).count == 3)
    }
}
