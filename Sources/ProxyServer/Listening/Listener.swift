import Configuration
import ProxyCore
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
    /// What its requests have to know of it.
    let facts: ListenerFacts
    /// Where it is bound: a name may stand for an IPv4 and an IPv6 address.
    let places: [ListeningPlace]
    /// The other loopback address of its port, where it is another program's: `localhost` leads there too.
    let rival: SocketAddress?

    /// What it speaks TLS with; nil on plain HTTP.
    let tls: TLSMaterial?

    /// - Parameter places: Where it is bound, with the port that the system chose.
    /// - Throws: Where a certificate cannot be served.
    init(
        _ settings: ListenSettings,
        role: Role,
        places: [ListeningPlace],
        rival: SocketAddress? = nil
    ) throws(StartError) {
        self.role = role
        self.rival = rival
        tls = try TLSMaterial(settings)
        self.places = places
        let address = places.lazy.compactMap(\.address).first
        facts = ListenerFacts(
            scheme: settings.scheme,
            port: address?.port ?? (settings.tls.isEmpty ? 80 : 443),
            // Whoever connects by a unix socket and names no host has no other name for the proxy.
            authority: address.map { "\(settings.hostInURL):\($0.port)" } ?? "localhost",
            isLoopback: places.allSatisfy { $0.address?.address.isLoopback ?? true }
        )
    }

    /// By which browsers reach it.
    var scheme: String { facts.scheme }
    /// The port that clients connect to.
    var port: UInt16 { facts.port }
    /// Host and port, for a request without Host.
    var authority: String { facts.authority }
    /// Whether only this machine reaches it.
    var isLoopback: Bool { facts.isLoopback }

    /// Its IP addresses; none for a unix socket.
    var addresses: [SocketAddress] { places.compactMap(\.address) }

    /// Where clients reach it: URLs, and `unix:` with the path of a socket.
    var locations: [String] {
        places.map { place in place.address.map { "\(scheme)://\($0)" } ?? place.description }
    }

    /// Where pages should ask for it: by the name that pages of this machine run on, where it leads here.
    ///
    /// By 127.0.0.1 the proxy is another site to a page on `localhost`, and gets none of its cookies.
    var pageLocations: [String] {
        var found: [String] = []
        for location in locations.map(byName) where !found.contains(location) { found.append(location) }
        return found
    }

    /// A URL of the proxy, with `localhost` in place of the loopback address that the name stands for.
    func byName(_ url: String) -> String {
        guard rival == nil, isLoopback else { return url }
        for literal in ["127.0.0.1", "[::1]"] {
            let start = "\(scheme)://\(literal)"
            guard url.hasPrefix(start) else { continue }
            let rest = url.dropFirst(start.count)
            if rest.isEmpty || rest.hasPrefix(":") || rest.hasPrefix("/") {
                return "\(scheme)://localhost\(rest)"
            }
        }
        return url
    }
}

extension Settings {
    /// Everything that is listened on, and what it is for.
    var listening: [(settings: ListenSettings, role: Listener.Role)] {
        listeners.map { ($0, .proxy) } + (admin.isEnabled ? [(admin.listen, .admin)] : [])
    }
}
