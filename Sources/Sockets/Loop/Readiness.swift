/// What a descriptor has become ready for.
public struct Readiness: OptionSet, Sendable {
    /// Bits of its own, whatever the system's are.
    public let rawValue: UInt8

    /// Takes those bits.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Bytes, a connection or the end of the stream can be read.
    public static let readable = Readiness(rawValue: 1 << 0)
    /// There is room to write.
    public static let writable = Readiness(rawValue: 1 << 1)
    /// The peer has shut down its sending side.
    public static let peerClosed = Readiness(rawValue: 1 << 2)
    /// Both directions are closed, or the connection is broken.
    public static let hangUp = Readiness(rawValue: 1 << 3)
}

/// How readiness is reported.
public enum Trigger: Sendable {
    /// Again and again, as long as it lasts: for listeners and for the sockets that libcurl drives.
    case level(Readiness)
    /// Once per change, both directions: the handler remembers it and reads until the socket has no more.
    ///
    /// Nothing needs to be switched off while a side is paused or half-closed, so nothing can spin.
    case edge
}
