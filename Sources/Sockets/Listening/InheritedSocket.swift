/// A listening socket that the program was started with, as systemd does it for socket units.
///
/// - SeeAlso: sd_listen_fds(3).
public struct InheritedSocket: Sendable, Hashable {
    /// A descriptor that cannot be listened on.
    public struct Failure: Error, Sendable {
        /// What is wrong, in a sentence.
        public let reason: String
    }

    private static let firstNumber: Int32 = 3
    private static let maximumCount: Int32 = 64

    /// The descriptor.
    public let number: Int32
    /// Where it listens.
    public let place: ListeningPlace

    /// The sockets that `LISTEN_PID` and `LISTEN_FDS` tell of, in their order; none for another process.
    public static func all(in environment: [String: String]) throws(Failure) -> [InheritedSocket] {
        guard let process = environment["LISTEN_PID"].flatMap({ Int32($0) }), process == ownProcessNumber(),
            let text = environment["LISTEN_FDS"]
        else { return [] }
        guard let count = Int32(text), (0...maximumCount).contains(count) else {
            throw Failure(reason: "LISTEN_FDS is no number from 0 to \(maximumCount).")
        }
        var sockets: [InheritedSocket] = []
        for number in firstNumber..<(firstNumber + count) {
            sockets.append(try InheritedSocket(number))
        }
        return sockets
    }

    /// - Throws: Where a descriptor is no listening stream socket.
    public init(_ number: Int32) throws(Failure) {
        let socket = SystemSocket(number)
        guard socket.isListening, let place = socket.place else {
            throw Failure(
                reason: "Descriptor \(number), which LISTEN_FDS hands over, is no listening stream socket."
            )
        }
        // Whoever started the program may have left both off.
        socket.own()
        self.number = number
        self.place = place
    }
}
