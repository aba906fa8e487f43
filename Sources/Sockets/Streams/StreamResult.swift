/// What reading from or writing to a non-blocking socket came to.
public enum StreamResult: Sendable, Equatable {
    /// This many bytes, at least one.
    case bytes(Int)
    /// Nothing now; the poller tells when to try again.
    case wouldBlock
    /// The peer has sent all that it will send.
    case endOfStream
    /// The connection is broken.
    case failed(SystemError)
}
