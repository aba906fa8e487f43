import Configuration
import Sockets

/// The sockets of one `listen`: one for each address of the host.
struct ListeningSockets: ~Copyable {
    private var first: ListeningSocket?
    private var second: ListeningSocket?
    /// Where they listen.
    let addresses: [SocketAddress]

    /// Binds; a name such as `localhost` may stand for an IPv4 and an IPv6 address.
    init(_ settings: ListenSettings) throws(StartError) {
        let text = "\(settings.hostInURL):\(settings.port)"
        let candidates = SocketAddress.resolve(settings.host, port: settings.port)
        guard let primary = candidates.first else {
            throw .address(text, reason: "the name is unknown")
        }
        var addresses: [SocketAddress] = []
        do throws(SystemError) {
            let socket = try ListeningSocket(primary)
            addresses.append(socket.address)
            first = consume socket
        } catch {
            throw error.isAddressInUse ? .addressInUse(text) : .address(text, reason: "\(error)")
        }
        if let other = candidates.first(where: { $0.address.family != primary.address.family }),
            let port = addresses.first?.port
        {
            // A machine may know a name by an address that it cannot use, such as IPv6 switched off.
            do throws(SystemError) {
                let socket = try ListeningSocket(SocketAddress(other.address, port: port))
                addresses.append(socket.address)
                second = consume socket
            } catch {
                if error.isAddressInUse { throw .addressInUse(text) }
            }
        }
        self.addresses = addresses
    }

    /// Hands out the sockets one after the other.
    mutating func next() -> ListeningSocket? {
        if let socket = first.take() { return socket }
        return second.take()
    }
}
