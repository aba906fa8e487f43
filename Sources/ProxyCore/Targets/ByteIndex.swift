import Text

/// Strings of bytes, each with a number, found by a hash that is built up while a text is read.
///
/// Open addressing in a table that is at most half full. A client can make its texts collide, but not add entries: a
/// look-up compares with no more of them than the configured strings let it.
struct ByteIndex: Sendable {
    private struct Entry: Sendable {
        let hash: UInt64
        let start: Int
        let count: Int
    }

    /// Whether upper and lower case are one.
    let foldsCase: Bool
    /// How long the longest string is.
    private(set) var longest = 0
    /// All strings, one behind the other, in lower case where case is folded.
    private var bytes: [UInt8] = []
    private var entries: [Entry] = []
    /// Indices of `entries` at the slot of their hash or the next free one; a power of two.
    private var slots: [Int] = [-1, -1]

    init(foldsCase: Bool) {
        self.foldsCase = foldsCase
    }

    /// How many strings there are.
    var count: Int { entries.count }

    /// A byte as it is hashed and compared.
    @inline(__always)
    func folded(_ byte: UInt8) -> UInt8 {
        foldsCase ? byte.lowercased : byte
    }

    /// The number of the string that `range` of a text spells; nil where there is none.
    ///
    /// - Parameters:
    ///   - hash: Of the range's bytes, each folded, in the order in which `insert` was given the hash.
    ///   - compared: Is raised by the entries that are looked at.
    func find(_ hash: RollingHash, _ text: Span<UInt8>, _ range: Range<Int>, _ compared: inout Int) -> Int? {
        var slot = hash.slot(among: slots.count)
        while slots[slot] >= 0 {
            let candidate = slots[slot]
            compared &+= 1
            if entries[candidate].hash == hash.value, isEqual(entries[candidate], text, range) {
                return candidate
            }
            slot = (slot &+ 1) & (slots.count &- 1)
        }
        return nil
    }

    private func isEqual(_ entry: Entry, _ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard entry.count == range.count else { return false }
        for offset in 0..<entry.count
        where bytes[entry.start &+ offset] != folded(text[range.lowerBound &+ offset]) {
            return false
        }
        return true
    }

    /// The number of a string, which is added where it is missing; numbers count from 0.
    mutating func insert(_ string: [UInt8], hash: RollingHash) -> Int {
        var compared = 0
        if let known = find(hash, string.span, 0..<string.count, &compared) { return known }
        entries.append(Entry(hash: hash.value, start: bytes.count, count: string.count))
        for byte in string { bytes.append(folded(byte)) }
        longest = max(longest, string.count)
        if entries.count * 2 > slots.count {
            slots = Array(repeating: -1, count: slots.count * 2)
            for number in entries.indices { place(number) }
        } else {
            place(entries.count - 1)
        }
        return entries.count - 1
    }

    private mutating func place(_ number: Int) {
        var slot = RollingHash(value: entries[number].hash).slot(among: slots.count)
        while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = number
    }
}

/// FNV-1a.
struct RollingHash: Sendable {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    @inline(__always)
    mutating func combine(_ byte: UInt8) {
        value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
    }

    @inline(__always)
    func slot(among count: Int) -> Int {
        Int(truncatingIfNeeded: value ^ value >> 32) & (count &- 1)
    }
}
