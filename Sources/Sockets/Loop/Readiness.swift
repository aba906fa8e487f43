import CEpoll

/// What a descriptor has become ready for.
public struct Readiness: OptionSet, Sendable {
    /// The bits of epoll.
    public let rawValue: UInt32

    /// Takes the bits of epoll.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Bytes, a connection or the end of the stream can be read.
    public static let readable = Readiness(rawValue: EPOLLIN.rawValue)
    /// There is room to write.
    public static let writable = Readiness(rawValue: EPOLLOUT.rawValue)
    /// The peer has shut down its sending side.
    public static let peerClosed = Readiness(rawValue: EPOLLRDHUP.rawValue)
    /// Both directions are closed, or the connection is broken.
    public static let hangUp = Readiness(rawValue: EPOLLHUP.rawValue | EPOLLERR.rawValue)
}

/// How readiness is reported.
public enum Trigger: Sendable {
    /// Again and again, as long as it lasts: for listeners and for the sockets that libcurl drives.
    case level(Readiness)
    /// Once per change, both directions: the handler remembers it and reads until the socket has no more.
    ///
    /// Nothing needs to be switched off while a side is paused or half-closed, so nothing can spin.
    case edge

    var events: UInt32 {
        switch self {
        case .level(let readiness):
            readiness.rawValue
        case .edge:
            EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue
        }
    }
}
