/// Bytes that were read and not used yet: part of a head, or what came behind one.
///
/// An empty one holds no memory: most connections are idle most of the time.
struct InputBuffer {
    private var bytes: [UInt8] = []
    private var start = 0

    /// Whether nothing waits.
    var isEmpty: Bool { start == bytes.count }

    /// Adds bytes at the end.
    mutating func append(_ slice: ArraySlice<UInt8>) {
        guard !slice.isEmpty else { return }
        bytes.append(contentsOf: slice)
    }

    /// Takes everything out, so that the bytes can be used while new ones are added.
    mutating func take() -> ArraySlice<UInt8> {
        var taken: [UInt8] = []
        swap(&taken, &bytes)
        let from = start
        start = 0
        return taken[from...]
    }

    /// What waits.
    var waiting: ArraySlice<UInt8> { bytes[start...] }

    /// Drops bytes from the front.
    mutating func drop(_ count: Int) {
        start += count
        if isEmpty { removeAll() }
    }

    /// Drops everything.
    mutating func removeAll() {
        bytes = []
        start = 0
    }
}
