import Configuration
import Sockets

/// One place of `listen` with its sockets, bound and listening.
struct OpenListener: Sendable {
    /// One for each address of the host.
    let sockets: [SharedSocket]
    /// What their connections have to know of them.
    let listener: Listener

    /// Binds; a name such as `localhost` may stand for an IPv4 and an IPv6 address.
    init(_ settings: ListenSettings, role: Listener.Role) throws(StartError) {
        let text = "\(settings.hostInURL):\(settings.port)"
        let candidates = SocketAddress.resolve(settings.host, port: settings.port)
        guard let primary = candidates.first else {
            throw .address(text, reason: "the name is unknown")
        }
        let first: SharedSocket
        do throws(SystemError) {
            first = SharedSocket(try ListeningSocket(primary))
        } catch {
            throw error.isAddressInUse ? .addressInUse(text) : .address(text, reason: "\(error)")
        }
        var sockets = [first]
        if let other = candidates.first(where: { $0.address.family != primary.address.family }) {
            // A machine may know a name by an address that it cannot use, such as IPv6 switched off.
            do throws(SystemError) {
                let address = SocketAddress(other.address, port: first.socket.address.port)
                sockets.append(SharedSocket(try ListeningSocket(address)))
            } catch {
                if error.isAddressInUse { throw .addressInUse(text) }
            }
        }
        self.sockets = sockets
        listener = Listener(settings, role: role, addresses: sockets.map { $0.socket.address })
    }
}

/// A listening socket that the server and a shard both refer to; closed when both have let go of it.
final class SharedSocket: Sendable {
    let socket: ListeningSocket

    init(_ socket: consuming ListeningSocket) {
        self.socket = socket
    }
}
