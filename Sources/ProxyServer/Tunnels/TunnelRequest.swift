import HTTPSyntax
import ProxyCore

/// What a tunnel was asked for, kept while it is open: another configuration may not allow it any more.
final class TunnelRequest {
    let head: RequestHead
    /// Where it leads, by the rules in force when that was last asked.
    private(set) var destination: Destination
    /// Its place among all tunnels.
    private let place: TunnelPlace

    init(_ head: RequestHead, to destination: Destination, in place: TunnelPlace) {
        self.head = head
        self.destination = destination
        self.place = place
    }

    /// Whether it would still lead where it does; it goes on by the new rules then.
    ///
    /// - Parameter destination: Where it leads by them; nil where they refuse it.
    func stays(at destination: Destination?) -> Bool {
        guard let destination, destination.shown == self.destination.shown,
            destination.route?.path == self.destination.route?.path
        else { return false }
        self.destination = destination
        return true
    }
}
