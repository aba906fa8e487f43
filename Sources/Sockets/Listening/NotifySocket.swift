/// The socket on which a service manager hears how the service does; what cannot be sent is lost.
///
/// - SeeAlso: sd_notify(3).
public struct NotifySocket: ~Copyable, Sendable {
    private let descriptor: Descriptor
    private let address: UnixAddress

    /// - Parameter path: `NOTIFY_SOCKET`: a path, or an abstract name after `@`.
    /// - Returns: nil where it is no unix socket.
    public init?(_ path: String) {
        guard path.hasPrefix("/") || path.hasPrefix("@"), let address = UnixAddress(path) else { return nil }
        do throws(SystemError) {
            descriptor = try SystemSocket.open(.unix, .datagrams)
        } catch {
            return nil
        }
        self.address = address
    }

    /// Sends lines of `NAME=value`.
    public borrowing func send(_ lines: String) {
        SystemSocket(descriptor.number).send(Array(lines.utf8), to: address)
    }
}
