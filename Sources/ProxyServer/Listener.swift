import Configuration
import Sockets

/// One place of `listen`: what requests have to know of where their connection was accepted.
///
/// A reload makes new ones; a connection keeps the one that it was accepted by.
final class Listener: Sendable {
    /// What its connections are for.
    enum Role: Sendable {
        /// Requests that are forwarded.
        case proxy
        /// Health and metrics.
        case admin
    }

    let role: Role
    /// By which browsers reach it.
    let scheme: String
    /// The port that clients connect to.
    let port: UInt16
    /// Host and port, for a request without Host.
    let authority: String
    /// Where it is bound: a name may stand for an IPv4 and an IPv6 address.
    let addresses: [SocketAddress]

    /// - Parameter addresses: Where it is bound, with the port that the system chose.
    init(_ settings: ListenSettings, role: Role, addresses: [SocketAddress]) {
        self.role = role
        scheme = "http"
        let port = addresses.first?.port ?? settings.port
        self.port = port
        authority = "\(settings.hostInURL):\(port)"
        self.addresses = addresses
    }

    /// Whether only this machine reaches it.
    var isLoopback: Bool { addresses.allSatisfy { $0.address.isLoopback } }

    /// Where browsers reach it.
    var urls: [String] { addresses.map { "\(scheme)://\($0)" } }
}

extension Settings {
    /// Everything that is listened on, and what it is for.
    var listening: [(settings: ListenSettings, role: Listener.Role)] {
        listeners.map { ($0, .proxy) }
    }
}
