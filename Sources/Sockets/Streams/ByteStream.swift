/// The bytes of one connection, and what readiness means for them.
///
/// One object a connection. It knows neither HTTP nor deadlines, and the descriptor belongs to somebody else.
public protocol ByteStream: AnyObject {
    /// What the socket's readiness means for the bytes.
    func translate(_ readiness: Readiness) -> Readiness

    /// Reads to the start of a buffer, as much as there is at once.
    func receive(into buffer: inout [UInt8]) -> StreamResult

    /// Whether another `receive` may give something, although the last one has left room.
    var mayHaveMore: Bool { get }

    /// Whether neither bytes nor the end of the stream wait to be read; a byte that does is lost.
    var isSilent: Bool { get }

    /// Writes a part of a buffer, as much of it as there is room for.
    ///
    /// What would block is to be sent again with no fewer bytes; the buffer may have moved by then.
    func send(_ buffer: [UInt8], _ range: Range<Int>) -> StreamResult

    /// Passes on what `send` has accepted and the socket had no room for.
    ///
    /// - Returns: Whether nothing of it is left.
    func flush() -> Bool

    /// Tells the peer that all has been sent; from then on what it sends can only be thrown away.
    ///
    /// - Returns: Whether the socket may be shut down; otherwise there is no room yet to say so, and it is to be
    ///   called again.
    func finish() -> Bool

    /// Has the end look like a cut.
    func forgoFinish()

    /// Whether one direction can end while the other goes on.
    var halfCloses: Bool { get }
}

/// What holds where the bytes are the socket's own.
extension ByteStream {
    /// The same.
    public func translate(_ readiness: Readiness) -> Readiness { readiness }

    /// Found out by reading a byte.
    public var isSilent: Bool {
        var probe: [UInt8] = [0]
        return receive(into: &probe) == .wouldBlock
    }

    /// Nothing was held back.
    public func flush() -> Bool { true }

    /// A session of TLS ends as a whole.
    public var halfCloses: Bool { false }

    /// Without a `finish` of its own each end looks the same.
    public func forgoFinish() {}
}
