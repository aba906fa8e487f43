import CEpoll
import Glibc

/// The socket on which a service manager hears how the service does; what cannot be sent is lost.
///
/// - SeeAlso: sd_notify(3).
public struct NotifySocket: ~Copyable, Sendable {
    private let descriptor: Descriptor
    private let path: String

    /// - Parameter path: `NOTIFY_SOCKET`: a path, or an abstract name after `@`.
    /// - Returns: nil where it is no unix socket.
    public init?(_ path: String) {
        guard path.hasPrefix("/") || path.hasPrefix("@"), UnixAddress(path) != nil else { return nil }
        let kind = Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let number = socket(AF_UNIX, kind, 0)
        guard number >= 0 else { return nil }
        descriptor = Descriptor(owning: number)
        self.path = path
    }

    /// Sends lines of `NAME=value`.
    public borrowing func send(_ lines: String) {
        let number = descriptor.number
        let bytes = Array(lines.utf8)
        guard let address = UnixAddress(path) else { return }
        _ = unsafe address.withSockaddr { pointer, length in
            unsafe bytes.withUnsafeBytes { buffer in
                unsafe sendto(number, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL), pointer, length)
            }
        }
    }
}
