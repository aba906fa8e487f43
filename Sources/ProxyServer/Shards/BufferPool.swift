/// Lends the buffers through which bytes pass, so that none is allocated per read and an idle connection has none.
final class BufferPool {
    /// How much is read at once.
    static let readBytes = 65_536
    /// Buffers that grew beyond this are not kept.
    private static let maximumKeptBytes = 262_144
    private static let maximumKept = 64

    private var readBuffers: [[UInt8]] = []
    private var writeBuffers: [[UInt8]] = []

    /// A buffer of `readBytes` bytes to receive into.
    func takeForReading() -> [UInt8] {
        readBuffers.popLast() ?? [UInt8](repeating: 0, count: Self.readBytes)
    }

    /// Takes a buffer for reading back.
    func giveBack(read buffer: consuming [UInt8]) {
        guard readBuffers.count < Self.maximumKept else { return }
        readBuffers.append(buffer)
    }

    /// An empty buffer, usually with room, to append to.
    func takeForWriting() -> [UInt8] {
        writeBuffers.popLast() ?? []
    }

    /// Takes a buffer for writing back.
    func giveBack(written buffer: consuming [UInt8]) {
        guard writeBuffers.count < Self.maximumKept, buffer.capacity > 0,
            buffer.capacity <= Self.maximumKeptBytes
        else { return }
        buffer.removeAll(keepingCapacity: true)
        writeBuffers.append(buffer)
    }
}
