import CCurl
import Sockets

/// Opens the socket that libcurl asks for, unless its address is refused: libcurl connects to no other.
///
/// - Parameters:
///   - permits: Judges the address; nil is one of a family that is not known here.
///   - noteFailure: Is told why a permitted socket could not be opened.
func openGuardedSocket(
    for address: UnsafeMutablePointer<curl_sockaddr>?,
    permits: (SocketAddress?) -> Bool,
    noteFailure: (SystemError) -> Void = { _ in }
) -> curl_socket_t {
    guard let address = unsafe address else { return CURL_SOCKET_BAD }
    let candidate = unsafe withUnsafePointer(to: &address.pointee.addr) { unsafe SocketAddress($0) }
    guard permits(candidate) else { return CURL_SOCKET_BAD }
    do throws(SystemError) {
        return try unsafe StreamSocket.open(
            family: address.pointee.family,
            kind: address.pointee.socktype,
            protocol: address.pointee.protocol
        )
    } catch {
        noteFailure(error)
        return CURL_SOCKET_BAD
    }
}

/// What the sockets of one blocking request may connect to, and what became of them.
@safe
final class GuardedSockets {
    private let request: ConnectionRequest
    /// Whether an address was found.
    private(set) var isResolved = false
    /// Why an address was refused.
    private(set) var refusal: ConnectFailure?

    init(of request: ConnectionRequest) {
        self.request = request
    }

    /// Has libcurl ask for each socket here, which has to outlive the easy handle's use.
    func install(in settings: inout CurlSettings) {
        unsafe settings.setOpenSocket(Self.open, context: Unmanaged.passUnretained(self).toOpaque())
    }

    /// Why libcurl made no connection.
    func failure(_ code: CURLcode, of easy: CurlEasy, handshakes: TLSHandshakes) -> ConnectFailure {
        ConnectFailure(
            code,
            of: easy,
            for: request,
            handshakes: handshakes,
            refusal: refusal,
            isResolved: isResolved
        )
    }

    private func permits(_ address: SocketAddress?) -> Bool {
        isResolved = true
        guard let address else { return false }
        if let failure = request.refusal(of: address) {
            refusal = failure
            return false
        }
        return true
    }

    private static let open: curl_opensocket_callback = { context, _, address in
        guard let context = unsafe context else { return CURL_SOCKET_BAD }
        let sockets = unsafe Unmanaged<GuardedSockets>.fromOpaque(context).takeUnretainedValue()
        return unsafe openGuardedSocket(for: address, permits: sockets.permits)
    }
}
