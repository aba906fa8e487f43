/// Bytes that were read and not used yet: part of a head, or what came behind one.
///
/// An empty one holds no memory: most connections are idle most of the time. One that is never empty holds what
/// waits and no more: a client whose writes all end in the middle of a head must not have each byte kept that it
/// ever sent.
struct InputBuffer {
    private var bytes: [UInt8] = []
    private var start = 0

    /// Whether nothing waits.
    var isEmpty: Bool { start == bytes.count }

    /// How many bytes are held, those that were dropped and are still there included.
    var heldBytes: Int { bytes.count }

    /// Adds bytes at the end.
    ///
    /// A byte is moved at most once: what was dropped goes first, and nothing is dropped again before the head at
    /// the front is whole.
    mutating func append(_ slice: ArraySlice<UInt8>) {
        guard !slice.isEmpty else { return }
        if start > 0 {
            // A new array: one that shrinks in place would keep the room of the largest read.
            bytes = Array(bytes[start...])
            start = 0
        }
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
