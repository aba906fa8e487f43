import Sockets

/// One side of a tunnel: the bytes of a connection, which mean nothing any more.
///
/// It tells its `Tunnel` of bytes to read, of room where it was full, of a connection that is broken, and of deadlines.
protocol TunnelEnd: AnyObject {
    /// Whether the other side is to wait: as much is written as is kept.
    var isFull: Bool { get }
    /// Whether all that was written has been taken.
    var isDrained: Bool { get }
    /// Whether each direction ends by itself.
    var halfCloses: Bool { get }

    /// Tells a tunnel of what happens from now on.
    func attach(_ tunnel: Tunnel)
    /// Takes out what was read before the tunnel was there; it comes first.
    func takeEarly() -> ArraySlice<UInt8>
    /// Reads once into a buffer.
    func receive(into buffer: inout [UInt8]) -> StreamResult
    /// Writes bytes; `flush` sends them.
    func write(_ piece: ArraySlice<UInt8>)
    /// Sends what was written, as far as there is room.
    func flush()
    /// Has the tunnel called in the next round, behind all others.
    func callAgain()
    /// Something has changed what is waited for.
    func updateDeadline()

    /// Sends nothing more than what was written, and is read on, where `halfCloses`.
    func finishSending()
    /// Tells the tunnel nothing more; closes in order once all that was written is taken.
    func closeOnceDrained()
    /// Tells the tunnel nothing more; the peer sees that something is missing, behind what was written.
    func cutOnceDrained()
    /// Tells the tunnel nothing more; closes in order, at once.
    func close()
    /// Tells the tunnel nothing more; ends at once, so that the peer sees that something is missing.
    func reset()
}
