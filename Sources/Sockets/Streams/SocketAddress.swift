import CEpoll
import Glibc
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
}

extension SocketAddress {
    /// Reads what the kernel or libcurl filled in; `nil` for a family that is not IP.
    @unsafe public init?(_ pointer: UnsafePointer<sockaddr>) {
        switch Int32(unsafe pointer.pointee.sa_family) {
        case AF_INET:
            let (raw, port) = unsafe pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                unsafe ($0.pointee.sin_addr.s_addr, $0.pointee.sin_port)
            }
            let bits = UInt32(bigEndian: raw)
            self.init(
                IPAddress(
                    v4: (
                        UInt8(truncatingIfNeeded: bits >> 24), UInt8(truncatingIfNeeded: bits >> 16),
                        UInt8(truncatingIfNeeded: bits >> 8), UInt8(truncatingIfNeeded: bits)
                    )
                ),
                port: UInt16(bigEndian: port)
            )
        case AF_INET6:
            let (high, low, port) = unsafe pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                let port = unsafe $0.pointee.sin6_port
                return unsafe withUnsafeBytes(of: $0.pointee.sin6_addr) {
                    unsafe (
                        $0.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
                        $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self), port
                    )
                }
            }
            self.init(
                IPAddress(v6: UInt64(bigEndian: high), low: UInt64(bigEndian: low)),
                port: UInt16(bigEndian: port)
            )
        default:
            return nil
        }
    }

    /// The addresses of a host: a literal's own, or those that the system knows for a name, IPv4 first.
    public static func resolve(_ host: String, port: UInt16) -> [SocketAddress] {
        if let literal = IPAddress(host) { return [SocketAddress(literal, port: port)] }
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var head: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, nil, &hints, &head) == 0 else { return [] }
        defer { unsafe freeaddrinfo(head) }
        var found: [SocketAddress] = []
        var next = unsafe head
        while let entry = unsafe next {
            if let pointer = unsafe entry.pointee.ai_addr, let address = unsafe SocketAddress(pointer) {
                let candidate = SocketAddress(address.address, port: port)
                if !found.contains(candidate) { found.append(candidate) }
            }
            unsafe next = unsafe entry.pointee.ai_next
        }
        return found.filter { $0.address.family == .v4 } + found.filter { $0.address.family == .v6 }
    }

    /// The IPv4 address that a dual-stack socket shows as `::ffff:a.b.c.d`, otherwise the same.
    var unmapped: SocketAddress { SocketAddress(address.unmapped, port: port) }

    /// Calls a body with the address in the kernel's form.
    func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        var storage = sockaddr_storage()
        let octets = address.networkBytes
        let length: Int
        switch address.family {
        case .v4:
            storage.ss_family = sa_family_t(AF_INET)
            length = MemoryLayout<sockaddr_in>.size
        case .v6:
            storage.ss_family = sa_family_t(AF_INET6)
            length = MemoryLayout<sockaddr_in6>.size
        }
        // The port follows the family; the address follows the port, in IPv6 after the flow label.
        let offset = address.family == .v4 ? 4 : 8
        unsafe withUnsafeMutableBytes(of: &storage) { bytes in
            unsafe bytes.storeBytes(of: port.bigEndian, toByteOffset: 2, as: UInt16.self)
            for (index, octet) in octets.enumerated() {
                unsafe bytes[offset + index] = octet
            }
        }
        return unsafe withUnsafePointer(to: &storage) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(length))
            }
        }
    }
}
