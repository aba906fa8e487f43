/// What an address is for, as far as a proxy has to know.
public enum AddressClass: String, Sendable, Hashable, CaseIterable {
    /// Ordinary addresses of the Internet.
    case publicUnicast = "public"
    /// 0.0.0.0 and ::, which Linux connects to the host itself.
    case unspecified = "unspecified"
    /// The rest of 0.0.0.0/8.
    case thisNetwork = "\"this network\""
    /// 127.0.0.0/8 and ::1.
    case loopback = "loopback"
    /// 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 and fc00::/7.
    case privateUse = "private"
    /// 100.64.0.0/10, behind a provider's address translation.
    case sharedSpace = "shared (carrier-grade NAT)"
    /// 169.254.0.0/16 and fe80::/10.
    case linkLocal = "link-local"
    /// fec0::/10, deprecated.
    case siteLocal = "site-local"
    /// Fixed addresses at which a cloud gives a machine its credentials.
    case cloudMetadata = "cloud metadata"
    /// 192.0.0.0/24 and 2001::/23 as far as not assigned more closely.
    case protocolAssignment = "protocol-assignment"
    /// Fixed addresses of anycast services: AS112, AMT, 6to4 relays, PCP, TURN.
    case anycastService = "anycast-service"
    /// Addresses for examples in texts.
    case documentation = "documentation"
    /// Addresses for tests of network devices.
    case benchmarking = "benchmarking"
    /// Cryptographic identifiers, not to be routed.
    case identifier = "overlay-identifier"
    /// Addresses whose packets are thrown away.
    case discardOnly = "discard-only"
    /// Identifiers of segment routing.
    case segmentRouting = "segment-routing"
    /// IPv6 addresses that stand for an IPv4 address, which would evade a check of the latter.
    case embeddedIPv4 = "IPv4-embedding"
    /// 224.0.0.0/4 and ff00::/8.
    case multicast = "multicast"
    /// 255.255.255.255.
    case broadcast = "broadcast"
    /// 240.0.0.0/4.
    case reserved = "reserved"
    /// IPv6 outside 2000::/3, the only range that is handed out.
    case unallocated = "unallocated"

    /// The class as an adjective for messages: "a link-local address".
    public var name: String { rawValue }

    /// Whether no configuration can open it: nothing that an HTTP client wants is there.
    ///
    /// The unspecified addresses are loopback in disguise on Linux, an embedded IPv4 address hides the one to
    /// check, and the others have no single host behind them.
    public var isNeverReachable: Bool {
        switch self {
        case .unspecified, .thisNetwork, .embeddedIPv4, .multicast, .broadcast: true
        default: false
        }
    }
}
