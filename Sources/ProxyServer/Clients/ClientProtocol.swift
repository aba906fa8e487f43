import ProxyCore
import Sockets

/// What the bytes of a client's connection mean: HTTP/1.1, or one side of a tunnel.
protocol ClientProtocol: AnyObject {
    /// Whether something is under way that has to learn of the connection's end.
    var isServing: Bool { get }
    /// Whether nothing is under way, so that the connection ends in order at any moment.
    var isIdle: Bool { get }
    /// Whether a connection that is closed in both directions, or broken, has nothing left to be read.
    var endsWithHangUp: Bool { get }
    /// For taking more of what is sent, in nanoseconds.
    var writeTimeout: UInt64 { get }
    /// When the client has taken too long.
    var deadline: MonotonicTime { get }

    /// Does what can be done now: there may be bytes to read.
    func serve()
    /// The client has taken all that was written.
    func drained()
    /// The client cannot be reached any more.
    func clientLost()
    /// Some deadline has passed.
    func deadlinePassed(at now: MonotonicTime)
    /// Answers what could not be read, and closes.
    func refuse(_ error: ProxyError)

    /// Another configuration is in force.
    func renewWhereIdle()
    /// The program stops.
    func drain()
    /// The program ends now.
    func abandon()
}
