import IPAddresses

/// An IP address with a port.
public struct SocketAddress: Sendable, Hashable, CustomStringConvertible {
    /// The host's address.
    public let address: IPAddress
    /// 0–65535; 0 asks the system for a free one.
    public let port: UInt16

    /// Makes an address of its parts.
    public init(_ address: IPAddress, port: UInt16) {
        self.address = address
        self.port = port
    }

    /// `127.0.0.1:8080` or `[::1]:8080`.
    public var description: String {
        address.family == .v6 ? "[\(address)]:\(port)" : "\(address):\(port)"
    }

    /// The IPv4 address that a dual-stack socket shows as `::ffff:a.b.c.d`, otherwise the same.
    var unmapped: SocketAddress { SocketAddress(address.unmapped, port: port) }
}
