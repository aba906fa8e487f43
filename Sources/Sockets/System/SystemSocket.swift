import CEpoll
import Glibc

/// The calls that open a socket, bind it, listen on it, and ask what it is.
///
/// A number and no owner: the descriptor belongs to whoever opened it.
struct SystemSocket {
    /// What an address of the socket looks like.
    enum Family {
        case v4
        case v6
        case unix

        var number: Int32 {
            switch self {
            case .v4: AF_INET
            case .v6: AF_INET6
            case .unix: AF_UNIX
            }
        }
    }

    /// How what is sent arrives.
    enum Kind {
        case stream
        case datagrams

        fileprivate var number: __socket_type {
            switch self {
            case .stream: SOCK_STREAM
            case .datagrams: SOCK_DGRAM
            }
        }
    }

    /// What is switched on or off.
    enum Option {
        /// To bind although connections of an earlier socket are still there.
        case reusesAddress
        /// To bind beside other sockets of the same port.
        case sharesPort
        /// To take no IPv4 on a socket of IPv6.
        case isV6Only

        fileprivate var name: (level: Int32, number: Int32) {
            switch self {
            case .reusesAddress: (SOL_SOCKET, SO_REUSEADDR)
            case .sharesPort: (SOL_SOCKET, SO_REUSEPORT)
            case .isV6Only: (Int32(IPPROTO_IPV6), IPV6_V6ONLY)
            }
        }
    }

    /// Connections that wait to be accepted.
    private static var backlog: Int32 { 4_096 }

    let number: Int32

    init(_ number: Int32) {
        self.number = number
    }

    // MARK: Opening

    /// Opens a socket that never blocks, and that programs which are started do not inherit.
    static func open(_ family: Family, _ kind: Kind = .stream) throws(SystemError) -> Descriptor {
        let number = socket(family.number, flags(kind), 0)
        guard number >= 0 else { throw SystemError.last("socket") }
        return Descriptor(owning: number)
    }

    /// Opens two such sockets that are connected to each other; the caller closes both.
    static func openPair() throws(SystemError) -> (Int32, Int32) {
        var numbers: (Int32, Int32) = (-1, -1)
        let result = unsafe withUnsafeMutablePointer(to: &numbers) { pair in
            unsafe pair.withMemoryRebound(to: Int32.self, capacity: 2) { ends in
                unsafe socketpair(AF_UNIX, flags(.stream), 0, ends)
            }
        }
        guard result == 0 else { throw SystemError.last("socketpair") }
        return numbers
    }

    private static func flags(_ kind: Kind) -> Int32 {
        Int32(kind.number.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    }

    /// Gives a socket that was inherited what `open` gives.
    func own() {
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK)
    }

    // MARK: Addresses

    func bind(to address: SocketAddress) throws(SystemError) {
        guard unsafe address.withSockaddr({ unsafe Glibc.bind(number, $0, $1) }) == 0 else {
            throw SystemError.last("bind")
        }
    }

    func bind(to address: UnixAddress) throws(SystemError) {
        guard unsafe address.withSockaddr({ unsafe Glibc.bind(number, $0, $1) }) == 0 else {
            throw SystemError.last("bind")
        }
    }

    func connect(to address: UnixAddress) throws(SystemError) {
        guard unsafe address.withSockaddr({ unsafe Glibc.connect(number, $0, $1) }) == 0 else {
            throw SystemError.last("connect")
        }
    }

    /// Sends a datagram; what cannot be sent is lost.
    func send(_ bytes: [UInt8], to address: UnixAddress) {
        _ = unsafe address.withSockaddr { pointer, length in
            unsafe bytes.withUnsafeBytes { buffer in
                unsafe sendto(number, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL), pointer, length)
            }
        }
    }

    /// What the socket is bound to; nil for a family that is neither IP nor unix.
    var place: ListeningPlace? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let address: SocketAddress? = unsafe withUnsafeMutablePointer(to: &storage) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                guard unsafe getsockname(number, pointer, &length) == 0 else { return nil }
                return unsafe SocketAddress(pointer)
            }
        }
        if let address { return .address(address) }
        guard Int32(storage.ss_family) == AF_UNIX else { return nil }
        let offset = MemoryLayout<sa_family_t>.size
        let bytes = unsafe withUnsafeBytes(of: &storage) { buffer in
            unsafe Array(buffer[offset..<max(offset, min(Int(length), buffer.count))])
        }
        return .unix(UnixAddress.text(bytes))
    }

    // MARK: Options

    func set(_ option: Option, _ isOn: Bool) {
        var value: Int32 = isOn ? 1 : 0
        let (level, name) = option.name
        _ = unsafe setsockopt(number, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Whether it is a stream socket that listens.
    var isListening: Bool {
        value(of: SO_TYPE) == Int32(SOCK_STREAM.rawValue) && value(of: SO_ACCEPTCONN) == 1
    }

    private func value(of name: Int32) -> Int32? {
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard unsafe getsockopt(number, SOL_SOCKET, name, &value, &size) == 0 else { return nil }
        return value
    }

    // MARK: Listening

    func listen() throws(SystemError) {
        guard Glibc.listen(number, Self.backlog) == 0 else { throw SystemError.last("listen") }
    }

    /// Takes one connection from the queue.
    func accept() -> AcceptedSocket {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let (accepted, peer) = unsafe withUnsafeMutablePointer(to: &storage) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                let accepted = unsafe accept4(number, pointer, &length, flags)
                return (accepted, accepted >= 0 ? unsafe Peer(pointer) : nil)
            }
        }
        guard accepted >= 0 else {
            let error = SystemError.last("accept")
            if error.isNothingNow { return .none }
            // The rest are errors of the one connection, as accept(2) lists them.
            return error.isOutOfResources ? .failed(error) : .aborted
        }
        let connection = Descriptor(owning: accepted)
        guard let peer else { return .aborted }
        return .connection(connection, peer)
    }
}

/// What one call of `accept` gives.
public enum AcceptedSocket: ~Copyable {
    /// A new connection and its peer.
    case connection(Descriptor, Peer)
    /// The queue is empty.
    case none
    /// The peer was gone before it was accepted: try the next one.
    case aborted
    /// Descriptors or memory are used up.
    case failed(SystemError)
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
