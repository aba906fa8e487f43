import IPAddresses

/// Whom a request counts for where clients share: an IPv4 address, an IPv6 network of 64 bits, or all those
/// without an address.
public struct ClientNetwork: Sendable, Hashable {
    private let octets: [UInt8]

    /// The network of a client's address; nil is one that came by a Unix socket.
    public init(_ address: IPAddress?) {
        let bytes = address?.networkBytes ?? []
        // Whoever has an IPv6 address has 2⁶⁴ of them.
        octets = bytes.count > 4 ? Array(bytes.prefix(8)) : bytes
    }
}
