import IPAddresses

/// A bound, listening, non-blocking stream socket.
public struct ListeningSocket: ~Copyable, Sendable {
    /// Where it listens, with the port that the system chose for port 0.
    public let place: ListeningPlace
    /// The socket.
    public let descriptor: Descriptor
    /// What is to be removed at the end.
    private let file: UnixSocketFile?

    /// The address; nil for a unix socket.
    public var address: SocketAddress? { place.address }

    /// The port; 0 for a unix socket.
    public var port: UInt16 { address?.port ?? 0 }

    /// Binds to an IP address and listens.
    ///
    /// - Parameter sharesPort: Whether it may stand beside sockets of this program that share their port, too.
    /// - Throws: The call that failed; `isAddressInUse` where another program has the port.
    public init(_ requested: SocketAddress, sharesPort: Bool = false) throws(SystemError) {
        let descriptor = try Self.bound(to: requested, sharesPort: sharesPort)
        let socket = SystemSocket(descriptor.number)
        try socket.listen()
        place = socket.place ?? .address(requested)
        file = nil
        self.descriptor = descriptor
    }

    /// Whether a program listens at an address; asks the system alone, so that nobody is connected to.
    public static func isTaken(_ address: SocketAddress) -> Bool {
        do throws(SystemError) {
            _ = try bound(to: address, sharesPort: false)
            return false
        } catch {
            return error.isAddressInUse
        }
    }

    /// A socket that is bound, and does not listen yet.
    private static func bound(
        to requested: SocketAddress,
        sharesPort: Bool
    ) throws(SystemError) -> Descriptor {
        let isV6 = requested.address.family == .v6
        let descriptor = try SystemSocket.open(isV6 ? .v6 : .v4)
        let socket = SystemSocket(descriptor.number)
        socket.set(.reusesAddress, true)
        if sharesPort { socket.set(.sharesPort, true) }
        // `::` is all addresses, of IPv4 too; any other address is only itself.
        if isV6 { socket.set(.isV6Only, !requested.address.isUnspecified) }
        try socket.bind(to: requested)
        return descriptor
    }

    /// Binds to a path and listens; what a program that has ended left there is replaced.
    ///
    /// - Parameter mode: The permission bits of the file: who may write to it may connect.
    /// - Throws: The call that failed; `isAddressInUse` where a program answers there, and EEXIST where
    ///   something else than a socket stands.
    public init(unixPath path: String, mode: UInt16) throws(SystemError) {
        guard let address = UnixAddress(path) else { throw .nameTooLong("bind") }
        try UnixSocketFile.removeStale(at: path, address)
        let descriptor = try SystemSocket.open(.unix)
        let socket = SystemSocket(descriptor.number)
        try socket.bind(to: address)
        // Before `listen` nobody can connect, whatever the mask has left of the mode.
        try UnixSocketFile.setModeOrRemove(path, mode)
        try socket.listen()
        place = .unix(path)
        file = UnixSocketFile(path)
        self.descriptor = descriptor
    }

    /// Takes over a socket that the program was started with; its file stays.
    public init(_ inherited: InheritedSocket) {
        place = inherited.place
        file = nil
        descriptor = Descriptor(owning: inherited.number)
    }

    /// Whether another socket of this program may bind to the port, at this or another address.
    ///
    /// Linux may go on to let in programs of the same user that ask for SO_REUSEPORT, once two have shared it.
    ///
    /// - SeeAlso: SO_REUSEPORT in socket(7), which demands it of both, and the same user.
    public borrowing func setSharesPort(_ shares: Bool) {
        SystemSocket(descriptor.number).set(.sharesPort, shares)
    }

    /// Removes the file of a unix socket that was made here.
    public borrowing func removeFile() {
        file?.remove()
    }

    /// Changes who may connect to a unix socket that was made here.
    public borrowing func setMode(_ mode: UInt16) {
        file?.setMode(mode)
    }

    /// Takes one connection from the queue.
    public borrowing func accept() -> AcceptedSocket {
        SystemSocket(descriptor.number).accept()
    }
}
