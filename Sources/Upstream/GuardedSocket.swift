import CCurl
import Glibc
import Sockets

/// Opens the socket that libcurl asks for, unless its address is refused: libcurl connects to no other.
///
/// - Parameter permits: Judges the address; nil is one of a family that is not known here.
func openGuardedSocket(
    for address: UnsafeMutablePointer<curl_sockaddr>?,
    permits: (SocketAddress?) -> Bool
) -> curl_socket_t {
    guard let address = unsafe address else { return CURL_SOCKET_BAD }
    let candidate = unsafe withUnsafePointer(to: &address.pointee.addr) { unsafe SocketAddress($0) }
    guard permits(candidate) else { return CURL_SOCKET_BAD }
    let kind = unsafe address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
    return unsafe socket(address.pointee.family, kind, address.pointee.protocol)
}
