import Configuration
import IPAddresses
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
    /// - Parameters:
    ///   - leaving: Listeners of the program that are about to go: one that has the port is no obstacle.
    ///   - all: All that the program is to listen on.
    init(
        _ settings: ListenSettings,
        role: Listener.Role,
        leaving: [OpenListener] = [],
        among all: [ListenSettings]
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
        let places = sockets.map { $0.socket.place }
        listener = try Listener(
            settings,
            role: role,
            places: places,
            rival: settings.inherited == nil ? Self.rival(of: places, among: all) : nil
        )
    }

    /// Keeps the sockets of another one, by new settings that it covers.
    init(_ settings: ListenSettings, keeping other: OpenListener) throws(StartError) {
        self.settings = settings
        sockets = other.sockets
        listener = try Listener(
            settings,
            role: other.listener.role,
            places: other.listener.places,
            rival: other.listener.rival
        )
    }

    /// The other of 127.0.0.1 and ::1 at the port of the one that was bound, where another program has it.
    private static func rival(of places: [ListeningPlace], among all: [ListenSettings]) -> SocketAddress? {
        let loopback = [IPAddress(v4: (127, 0, 0, 1)), IPAddress(v6: 0, low: 1)]
        let bound = places.compactMap(\.address)
        guard let own = bound.first(where: { loopback.contains($0.address) }),
            let other = loopback.first(where: { address in !bound.contains { $0.address == address } })
        else { return nil }
        let address = SocketAddress(other, port: own.port)
        let isOurs = all.contains { listen in
            listen.unix == nil && listen.port == own.port
                && SocketAddress.resolve(listen.host, port: own.port)
                    .contains {
                        $0.address == other || $0.address.isUnspecified && $0.address.family == other.family
                    }
        }
        return !isOurs && ListeningSocket.isTaken(address) ? address : nil
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
