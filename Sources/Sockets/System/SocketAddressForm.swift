import CEpoll
import Glibc
import IPAddresses

/// The address in the kernel's form.
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
