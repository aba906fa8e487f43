import Configuration
import Sockets

extension InheritedListener {
    /// The sockets that the program was started with, as systemd's socket units and others do it.
    ///
    /// - Throws: `StartError.configuration` for a descriptor that cannot be listened on.
    public static func all(in environment: [String: String]) throws(StartError) -> [InheritedListener] {
        do throws(InheritedSocket.Failure) {
            return try InheritedSocket.all(in: environment).map { socket in
                let place: Place =
                    switch socket.place {
                    case .address(let address): .address(host: "\(address.address)", port: address.port)
                    case .unix(let path): .unix(path)
                    }
                return InheritedListener(number: socket.number, place: place)
            }
        } catch {
            throw .configuration(error.reason)
        }
    }
}
