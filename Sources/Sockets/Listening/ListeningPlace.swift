/// Where a socket listens.
public enum ListeningPlace: Sendable, Hashable, CustomStringConvertible {
    case address(SocketAddress)
    /// The path of a unix socket; an abstract name starts with `@`.
    case unix(String)

    /// The address; nil for a unix socket.
    public var address: SocketAddress? {
        guard case .address(let address) = self else { return nil }
        return address
    }

    /// `127.0.0.1:8080` or `unix:/run/corsway.sock`.
    public var description: String {
        switch self {
        case .address(let address): "\(address)"
        case .unix(let path): "unix:\(path)"
        }
    }
}
