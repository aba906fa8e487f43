import Foundation

/// Calls `body` with the socket address of a numeric host and a port.
func withSocketAddress<T>(
    host: String,
    port: Int,
    _ body: (UnsafePointer<sockaddr>, socklen_t, Int32) throws -> T
) throws -> T {
    var hints = addrinfo()
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, String(port), &hints, &found) == 0, let list = found else {
        throw SocketError.system("no address \(host):\(port)", EINVAL)
    }
    defer { freeaddrinfo(list) }
    guard let address = list.pointee.ai_addr else {
        throw SocketError.system("no address \(host):\(port)", EINVAL)
    }
    return try body(address, list.pointee.ai_addrlen, list.pointee.ai_family)
}
