import IPAddresses

/// Who is at the other end of an accepted connection.
public enum Peer: Sendable, Hashable, CustomStringConvertible {
    case address(SocketAddress)
    /// A program on this machine, by a unix socket.
    case unix

    /// The peer's IP address; nil over a unix socket.
    public var address: IPAddress? {
        switch self {
        case .address(let address): address.address
        case .unix: nil
        }
    }

    /// The address without its port, or `unix:`.
    public var description: String {
        switch self {
        case .address(let address): "\(address.address)"
        case .unix: "unix:"
        }
    }
}
