import CEpoll
import Glibc
import IPAddresses

/// A bound, listening, non-blocking TCP socket.
public struct ListeningSocket: ~Copyable, Sendable {
    /// Where it listens, with the port that the system chose for port 0.
    public let address: SocketAddress
    /// The socket.
    public let descriptor: Descriptor

    /// Binds and listens.
    ///
    /// - Throws: The call that failed; `isAddressInUse` where another program has the port.
    public init(_ requested: SocketAddress) throws(SystemError) {
        let family = requested.address.family == .v6 ? AF_INET6 : AF_INET
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let number = socket(family, kind, 0)
        guard number >= 0 else { throw SystemError.last("socket") }
        let descriptor = Descriptor(owning: number)
        var on: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        _ = unsafe setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &on, size)
        if requested.address.family == .v6 {
            // `::` is all addresses, of IPv4 too; any other address is only itself.
            on = requested.address.isUnspecified ? 0 : 1
            _ = unsafe setsockopt(number, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &on, size)
        }
        guard unsafe requested.withSockaddr({ unsafe bind(number, $0, $1) }) == 0 else {
            throw SystemError.last("bind")
        }
        guard listen(number, 4_096) == 0 else { throw SystemError.last("listen") }
        address = Self.localAddress(of: number) ?? requested
        self.descriptor = descriptor
    }

    /// What one call of `accept` gives.
    public enum Accepted: ~Copyable {
        /// A new connection and its peer.
        case connection(Descriptor, SocketAddress)
        /// The queue is empty.
        case none
        /// The peer was gone before it was accepted: try the next one.
        case aborted
        /// Descriptors or memory are used up.
        case failed(SystemError)
    }

    /// Takes one connection from the queue.
    public borrowing func accept() -> Accepted {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let (number, peer) = unsafe withUnsafeMutablePointer(to: &storage) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                let number = unsafe accept4(descriptor.number, pointer, &length, flags)
                return (number, number >= 0 ? unsafe SocketAddress(pointer) : nil)
            }
        }
        guard number >= 0 else {
            switch errno {
            case EAGAIN, EWOULDBLOCK: return .none
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .failed(SystemError.last("accept"))
            // The rest are errors of the one connection, as accept(2) lists them.
            default: return .aborted
            }
        }
        let connection = Descriptor(owning: number)
        guard let peer else { return .aborted }
        return .connection(connection, peer.unmapped)
    }

    private static func localAddress(of number: Int32) -> SocketAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return unsafe withUnsafeMutablePointer(to: &storage) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                guard unsafe getsockname(number, pointer, &length) == 0 else { return nil }
                return unsafe SocketAddress(pointer)
            }
        }
    }
}
