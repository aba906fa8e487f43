import Glibc
import IPAddresses

extension SocketAddress {
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
}
