import Glibc

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

    /// What an open socket is bound to; nil for a family that is neither IP nor unix.
    init?(ofSocket number: Int32) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let address: SocketAddress? = unsafe withUnsafeMutablePointer(to: &storage) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                guard unsafe getsockname(number, pointer, &length) == 0 else { return nil }
                return unsafe SocketAddress(pointer)
            }
        }
        if let address {
            self = .address(address)
        } else if Int32(storage.ss_family) == AF_UNIX {
            let offset = MemoryLayout<sa_family_t>.size
            let bytes = unsafe withUnsafeBytes(of: &storage) { buffer in
                unsafe Array(buffer[offset..<max(offset, min(Int(length), buffer.count))])
            }
            self = .unix(UnixAddress.text(bytes))
        } else {
            return nil
        }
    }
}
