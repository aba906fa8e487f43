import IPAddresses
import ProxyCore
import Upstream

/// Where streams to upstreams come from.
protocol UpstreamProvider: AnyObject {
    /// Opens a stream for a transfer.
    ///
    /// One that is pending is handed over by `Transfer.opened` later, or `Transfer.openingFailed` is called.
    ///
    /// - Parameters:
    ///   - fresh: Whether it has to be on a connection that has never been used.
    ///   - client: Who asks: look-ups are shared out among clients.
    func open(_ request: ConnectionRequest, fresh: Bool, for client: IPAddress?, _ transfer: Transfer)
        -> UpstreamOpening
}

/// What became of opening a stream.
enum UpstreamOpening {
    case opened(any UpstreamStream)
    case pending(any PendingUpstream)
}

/// A stream that is being opened.
protocol PendingUpstream: AnyObject {
    /// Nobody wants it any more, and nobody is told.
    func cancel()
}
