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
    ///
    /// - Parameter leaving: Listeners of the program that are about to go: one that has the port is no obstacle.
    init(
        _ settings: ListenSettings,
        role: Listener.Role,
        leaving: [OpenListener] = []
    ) throws(StartError) {
        sockets =
            if let number = settings.inherited {
                [SharedSocket(try Self.inherited(number))]
            } else if let path = settings.unix {
                [SharedSocket(try Self.bind(path, mode: settings.mode))]
            } else {
                try Self.bind(settings, leaving.flatMap(\.sockets))
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
    private static func bind(
        _ settings: ListenSettings,
        _ leaving: [SharedSocket]
    ) throws(StartError) -> [SharedSocket] {
        let text = settings.place
        let candidates = SocketAddress.resolve(settings.host, port: settings.port)
        guard let primary = candidates.first else {
            throw .address(text, reason: "the name is unknown")
        }
        let first: SharedSocket
        do throws(SystemError) {
            first = try bind(primary, leaving)
        } catch {
            throw error.isAddressInUse ? .addressInUse(text) : .address(text, reason: "\(error)")
        }
        guard let other = candidates.first(where: { $0.address.family != primary.address.family }) else {
            return [first]
        }
        // A machine may know a name by an address that it cannot use, such as IPv6 switched off.
        do throws(SystemError) {
            let address = SocketAddress(other.address, port: first.socket.port)
            return [first, try bind(address, leaving)]
        } catch {
            if error.isAddressInUse { throw .addressInUse(text) }
            return [first]
        }
    }

    /// Binds beside a socket that goes only once the new one is there: so nothing is lost if that fails, and
    /// there is no moment in which nobody listens.
    private static func bind(
        _ address: SocketAddress,
        _ leaving: [SharedSocket]
    ) throws(SystemError) -> SharedSocket {
        if let same = leaving.first(where: { $0.socket.address == address }) { return same }
        do throws(SystemError) {
            return SharedSocket(try ListeningSocket(address))
        } catch {
            let rivals = leaving.filter { $0.socket.address?.port == address.port }
            guard error.isAddressInUse, !rivals.isEmpty else { throw error }
            for rival in rivals { rival.socket.setSharesPort(true) }
            defer { for rival in rivals { rival.socket.setSharesPort(false) } }
            let socket = try ListeningSocket(address, sharesPort: true)
            socket.setSharesPort(false)
            return SharedSocket(socket)
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
