/// Reads from a socket by delimiter or count, and remembers how the stream ended.
package final class ByteReader {
    private let socket: Socket
    private var buffer: [UInt8] = []
    /// How the peer ended the stream: FIN (`closed`) or RST (`reset`); nil while it is open.
    package private(set) var ending: Socket.Arrival?

    init(socket: Socket) { self.socket = socket }

    /// Waits for more bytes; false once the stream has ended.
    private func fill(_ patience: Duration) throws -> Bool {
        guard ending == nil else { return false }
        switch try socket.read(until: Deadline(in: patience)) {
        case .bytes(let bytes): buffer += bytes
        case let end: ending = end
        }
        return ending == nil
    }

    /// Returns the bytes up to and with a delimiter; nil if the stream ends before it.
    package func read(
        through delimiter: [UInt8],
        within patience: Duration = Deadline.patience
    ) throws -> [UInt8]? {
        var searched = 0
        while true {
            if let end = buffer.end(of: delimiter, from: searched) { return take(end) }
            searched = max(0, buffer.count - delimiter.count)
            guard try fill(patience) else { return nil }
        }
    }

    /// Returns exactly that many bytes, fewer only where the stream ends.
    package func read(count: Int) throws -> [UInt8] {
        while buffer.count < count {
            guard try fill(Deadline.patience) else { break }
        }
        return take(min(count, buffer.count))
    }

    /// Returns what is there, at most `limit` bytes, or waits for some; empty at the end.
    package func readSome(atMost limit: Int = .max, within patience: Duration = Deadline.patience) throws
        -> [UInt8]
    {
        if buffer.isEmpty { _ = try fill(patience) }
        return take(min(limit, buffer.count))
    }

    /// Whether the stream has ended by now, without waiting for anything.
    func hasEnded() throws -> Bool {
        do {
            return try !fill(.zero)
        } catch SocketError.timedOut {
            return false
        }
    }

    /// Returns everything up to the end of the stream.
    package func readToEnd(within patience: Duration = Deadline.patience) throws -> [UInt8] {
        while try fill(patience) {}
        return take(buffer.count)
    }

    private func take(_ count: Int) -> [UInt8] {
        if count == buffer.count {
            defer { buffer = [] }
            return buffer
        }
        defer { buffer.removeFirst(count) }
        return Array(buffer[..<count])
    }
}

extension [UInt8] {
    /// The index just after the first occurrence of a delimiter.
    fileprivate func end(of delimiter: [UInt8], from start: Int) -> Int? {
        guard let last = delimiter.last, count >= delimiter.count else { return nil }
        var index = Swift.max(start, 0) + delimiter.count - 1
        while index < count {
            if self[index] == last, self[(index + 1 - delimiter.count)...index].elementsEqual(delimiter) {
                return index + 1
            }
            index += 1
        }
        return nil
    }
}
