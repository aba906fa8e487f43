/// A connection's bytes as they go over its socket.
public final class SocketStream: ByteStream {
    private let socket: StreamSocket
    /// What was read before the stream was made, and not received yet.
    private var early: ArraySlice<UInt8>
    /// Whether the last `receive` took early bytes, or the next one will: that says nothing of the socket.
    public private(set) var mayHaveMore: Bool

    /// Makes the stream of a connected socket.
    ///
    /// - Parameter early: Bytes that were read from the socket already; they come first.
    public init(_ socket: StreamSocket, early: [UInt8] = []) {
        self.socket = socket
        self.early = early[...]
        mayHaveMore = !early.isEmpty
    }

    /// Reads early bytes first, then the socket.
    public func receive(into buffer: inout [UInt8]) -> StreamResult {
        mayHaveMore ? receiveEarly(into: &buffer) : socket.receive(into: &buffer)
    }

    private func receiveEarly(into buffer: inout [UInt8]) -> StreamResult {
        guard !early.isEmpty else {
            mayHaveMore = false
            return socket.receive(into: &buffer)
        }
        let count = min(early.count, buffer.count)
        buffer.replaceSubrange(..<count, with: early.prefix(count))
        // A new array lets the memory go with its last byte.
        early = count < early.count ? early.dropFirst(count) : []
        return .bytes(count)
    }

    /// Whether nothing waits, early or in the socket.
    public var isSilent: Bool { early.isEmpty && socket.isSilent }

    /// Writes as much as the kernel takes.
    public func send(_ buffer: [UInt8], _ range: Range<Int>) -> StreamResult {
        socket.send(buffer, range)
    }

    /// TCP has an end for each direction.
    public var halfCloses: Bool { true }

    /// Nothing is to be said: the shut-down of the socket is the end.
    public func finish() -> Bool { true }
}
