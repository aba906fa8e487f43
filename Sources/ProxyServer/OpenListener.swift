import Configuration
import Sockets

/// One place of `listen` with its sockets, bound and listening.
struct OpenListener: Sendable {
    private let settings: ListenSettings
    /// One for each address of the host.
    let sockets: [SharedSocket]
    /// What their connections have to know of them.
    let listener: Listener

    /// Binds, or takes over the socket that the program was started with.
    init(_ settings: ListenSettings, role: Listener.Role) throws(StartError) {
        sockets =
            if let number = settings.inherited {
                [SharedSocket(try Self.inherited(number))]
            } else if let path = settings.unix {
                [SharedSocket(try Self.bind(path, mode: settings.mode))]
            } else {
                try Self.bind(settings)
            }
        self.settings = settings
        listener = try Listener(settings, role: role, places: sockets.map { $0.socket.place })
    }

    /// Keeps the sockets of another one, by new settings that it covers.
    init(_ settings: ListenSettings, keeping other: OpenListener) throws(StartError) {
        self.settings = settings
        sockets = other.sockets
        listener = try Listener(settings, role: other.listener.role, places: other.listener.places)
    }

    /// Whether its sockets are those that the settings ask for.
    func covers(_ other: ListenSettings, _ role: Listener.Role) -> Bool {
        guard listener.role == role, settings.inherited == other.inherited, settings.unix == other.unix else {
            return false
        }
        return settings.unix != nil || settings.host == other.host && settings.port == other.port
    }

    /// Whether both have the same sockets.
    func isSame(as other: OpenListener) -> Bool {
        sockets.first === other.sockets.first
    }

    /// Lets those connect to a unix socket whom the settings name.
    func applyMode() {
        for each in sockets { each.socket.setMode(settings.mode) }
    }

    private static func inherited(_ number: Int32) throws(StartError) -> ListeningSocket {
        do throws(InheritedSocket.Failure) {
            return ListeningSocket(try InheritedSocket(number))
        } catch {
            throw .configuration(error.reason)
        }
    }

    private static func bind(_ path: String, mode: UInt16) throws(StartError) -> ListeningSocket {
        do throws(SystemError) {
            return try ListeningSocket(unixPath: path, mode: mode)
        } catch {
            throw error.isAddressInUse ? .addressInUse("unix:\(path)") : .address(path, reason: "\(error)")
        }
    }

    /// A name such as `localhost` may stand for an IPv4 and an IPv6 address.
    private static func bind(_ settings: ListenSettings) throws(StartError) -> [SharedSocket] {
        let text = settings.place
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
        guard let other = candidates.first(where: { $0.address.family != primary.address.family }) else {
            return [first]
        }
        // A machine may know a name by an address that it cannot use, such as IPv6 switched off.
        do throws(SystemError) {
            let address = SocketAddress(other.address, port: first.socket.port)
            return [first, SharedSocket(try ListeningSocket(address))]
        } catch {
            if error.isAddressInUse { throw .addressInUse(text) }
            return [first]
        }
    }
}

/// A listening socket that the server and a shard both refer to; closed when both have let go of it.
final class SharedSocket: Sendable {
    let socket: ListeningSocket

    init(_ socket: consuming ListeningSocket) {
        self.socket = socket
    }

    deinit {
        socket.removeFile()
    }
}
