import CEpoll
import Glibc
import IPAddresses

/// A bound, listening, non-blocking stream socket.
public struct ListeningSocket: ~Copyable, Sendable {
    /// Where it listens, with the port that the system chose for port 0.
    public let place: ListeningPlace
    /// The socket.
    public let descriptor: Descriptor
    /// What is to be removed at the end.
    private let file: UnixSocketFile?

    /// The address; nil for a unix socket.
    public var address: SocketAddress? { place.address }

    /// The port; 0 for a unix socket.
    public var port: UInt16 { address?.port ?? 0 }

    /// Binds to an IP address and listens.
    ///
    /// - Parameter sharesPort: Whether it may stand beside sockets of this program that share their port, too.
    /// - Throws: The call that failed; `isAddressInUse` where another program has the port.
    public init(_ requested: SocketAddress, sharesPort: Bool = false) throws(SystemError) {
        let descriptor = try Self.bound(to: requested, sharesPort: sharesPort)
        guard listen(descriptor.number, Self.backlog) == 0 else { throw SystemError.last("listen") }
        place = ListeningPlace(ofSocket: descriptor.number) ?? .address(requested)
        file = nil
        self.descriptor = descriptor
    }

    /// Whether a program listens at an address; asks the system alone, so that nobody is connected to.
    public static func isTaken(_ address: SocketAddress) -> Bool {
        do throws(SystemError) {
            _ = try bound(to: address, sharesPort: false)
            return false
        } catch {
            return error.isAddressInUse
        }
    }

    /// A socket that is bound, and does not listen yet.
    private static func bound(
        to requested: SocketAddress,
        sharesPort: Bool
    ) throws(SystemError) -> Descriptor {
        let family = requested.address.family == .v6 ? AF_INET6 : AF_INET
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let number = socket(family, kind, 0)
        guard number >= 0 else { throw SystemError.last("socket") }
        let descriptor = Descriptor(owning: number)
        var on: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        _ = unsafe setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &on, size)
        if sharesPort { setSharesPort(true, of: number) }
        if requested.address.family == .v6 {
            // `::` is all addresses, of IPv4 too; any other address is only itself.
            on = requested.address.isUnspecified ? 0 : 1
            _ = unsafe setsockopt(number, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &on, size)
        }
        guard unsafe requested.withSockaddr({ unsafe bind(number, $0, $1) }) == 0 else {
            throw SystemError.last("bind")
        }
        return descriptor
    }

    /// Binds to a path and listens; what a program that has ended left there is replaced.
    ///
    /// - Parameter mode: The permission bits of the file: who may write to it may connect.
    /// - Throws: The call that failed; `isAddressInUse` where a program answers there, and EEXIST where
    ///   something else than a socket stands.
    public init(unixPath path: String, mode: UInt16) throws(SystemError) {
        guard let address = UnixAddress(path) else { throw SystemError("bind", code: ENAMETOOLONG) }
        try UnixSocketFile.removeStale(at: path, address)
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let number = socket(AF_UNIX, kind, 0)
        guard number >= 0 else { throw SystemError.last("socket") }
        let descriptor = Descriptor(owning: number)
        guard unsafe address.withSockaddr({ unsafe bind(number, $0, $1) }) == 0 else {
            throw SystemError.last("bind")
        }
        // Before `listen` nobody can connect, whatever the mask has left of the mode.
        guard unsafe chmod(path, mode_t(mode)) == 0 else {
            let error = SystemError.last("chmod")
            _ = unsafe unlink(path)
            throw error
        }
        guard listen(number, Self.backlog) == 0 else { throw SystemError.last("listen") }
        place = .unix(path)
        file = UnixSocketFile(path)
        self.descriptor = descriptor
    }

    /// Takes over a socket that the program was started with; its file stays.
    public init(_ inherited: InheritedSocket) {
        place = inherited.place
        file = nil
        descriptor = Descriptor(owning: inherited.number)
    }

    /// Whether another socket of this program may bind to the port, at this or another address.
    ///
    /// Linux may go on to let in programs of the same user that ask for SO_REUSEPORT, once two have shared it.
    ///
    /// - SeeAlso: SO_REUSEPORT in socket(7), which demands it of both, and the same user.
    public borrowing func setSharesPort(_ shares: Bool) {
        Self.setSharesPort(shares, of: descriptor.number)
    }

    private static func setSharesPort(_ shares: Bool, of number: Int32) {
        var value: Int32 = shares ? 1 : 0
        _ = unsafe setsockopt(
            number,
            SOL_SOCKET,
            SO_REUSEPORT,
            &value,
            socklen_t(MemoryLayout<Int32>.size)
        )
    }

    private static var backlog: Int32 { 4_096 }

    /// Removes the file of a unix socket that was made here.
    public borrowing func removeFile() {
        file?.remove()
    }

    /// Changes who may connect to a unix socket that was made here.
    public borrowing func setMode(_ mode: UInt16) {
        guard file != nil, case .unix(let path) = place else { return }
        _ = unsafe chmod(path, mode_t(mode))
    }

    /// What one call of `accept` gives.
    public enum Accepted: ~Copyable {
        /// A new connection and its peer.
        case connection(Descriptor, Peer)
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
                return (number, number >= 0 ? unsafe Peer(pointer) : nil)
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
        return .connection(connection, peer)
    }
}

extension Peer {
    /// Reads what `accept` filled in; nil for a family that is neither IP nor unix.
    fileprivate init?(_ pointer: UnsafePointer<sockaddr>) {
        if let address = unsafe SocketAddress(pointer) {
            self = .address(address.unmapped)
        } else if Int32(unsafe pointer.pointee.sa_family) == AF_UNIX {
            self = .unix
        } else {
            return nil
        }
    }
}
