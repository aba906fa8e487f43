import HTTPSyntax
import ProxyCore

/// By what right a tunnel is open: the request that asked for it, judged anew by each configuration that comes.
final class TunnelGrant {
    private let head: RequestHead
    private let client: ClientEndpoint
    private let handler: any RequestHandler
    /// Its place among all tunnels.
    private let place: TunnelPlace
    /// Where it leads, by the rules of the configuration.
    private var destination: Destination
    /// The last one that has granted it; those before can go, however long the tunnel stays open.
    private var configuration: CompiledConfiguration

    init(
        _ head: RequestHead,
        of client: ClientEndpoint,
        by handler: any RequestHandler,
        to destination: Destination,
        in place: TunnelPlace,
        under configuration: CompiledConfiguration
    ) {
        self.head = head
        self.client = client
        self.handler = handler
        self.destination = destination
        self.place = place
        self.configuration = configuration
    }

    /// Whether the tunnel counts in the metrics.
    var isCounted: Bool { handler.isCounted }

    /// How long its end may take where the proxy closes it, in nanoseconds.
    var goodbye: UInt64 { configuration.timeouts.goodbye }

    /// Whether a configuration still has the request lead where it does; the tunnel goes on by that one then.
    func stays(under next: CompiledConfiguration) -> Bool {
        if next === configuration { return true }
        guard let destination = handler.destination(of: head, from: client, by: next),
            destination.shown == self.destination.shown,
            destination.route?.path == self.destination.route?.path
        else { return false }
        self.destination = destination
        configuration = next
        return true
    }
}
