import HTTPSyntax
import ProxyCore

/// What a tunnel was asked for, kept while it is open: another configuration may not allow it any more.
final class TunnelRequest {
    let head: RequestHead
    let destination: Destination
    /// Its place among all tunnels.
    private let place: TunnelPlace

    init(_ head: RequestHead, to destination: Destination, in place: TunnelPlace) {
        self.head = head
        self.destination = destination
        self.place = place
    }
}
