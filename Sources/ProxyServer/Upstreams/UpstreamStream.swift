import HTTPSyntax
import ProxyCore
import Sockets
import Upstream

/// One request to an upstream and its response, which is read strictly, whatever version of HTTP carries them.
///
/// It tells its `Transfer` of the response's head, pieces and end, of room for more of the request, and of failures.
protocol UpstreamStream: AnyObject {
    /// Whether no more of the request is to be given to it for now.
    var isFull: Bool { get }
    /// Whether bytes of the request wait for room.
    var isSending: Bool { get }

    /// Writes the request's head.
    func sendHead(_ request: UpstreamRequest)
    /// Writes a piece of the body; `flush` sends it.
    func send(_ piece: ArraySlice<UInt8>)
    /// Writes what ends the body; `flush` sends it.
    func endBody()
    /// Sends what was written, as far as there is room.
    func flush()

    /// Reads no more of the response for now.
    func pause()
    /// Reads on.
    func resume()

    /// Has the transfer told when a time has passed.
    func setDeadline(_ time: MonotonicTime)
    /// Tells nothing more; the connection is kept for other requests, or closed.
    func end(keepsConnection: Bool)
}

/// Why a response cannot be had from a stream.
enum UpstreamFailure {
    /// The connection has ended before the response was complete.
    case closed
    /// TLS has failed.
    case tls(TLSFailure)
    /// What came breaks a rule.
    case invalid(ResponseFault)
}
