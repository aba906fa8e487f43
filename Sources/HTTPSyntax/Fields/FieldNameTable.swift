import Text

/// Finds the `KnownField` of a name, without regard to case.
///
/// A hash table with open addressing. Its key is the length of the name and three of its octets; a whole comparison
/// follows, so that a name which only hashes alike is `other`.
struct FieldNameTable: Sendable {
    static let shared = FieldNameTable()

    private static let slotCount = 512
    /// Longer than every known name.
    private static let stride = 40

    /// `other` where a slot is empty.
    private var slots = [KnownField](repeating: .other, count: slotCount)
    /// Lengths of the names by raw value.
    private var lengths = [UInt8](repeating: 0, count: 256)
    /// The names in lower case, each in a row of `stride` octets.
    private var names = [UInt8](repeating: 0, count: 256 * stride)

    private init() {
        for field in KnownField.allCases where field != .other { insert(field) }
    }

    private mutating func insert(_ field: KnownField) {
        let name = field.name.utf8.span
        let row = Int(field.rawValue) &* Self.stride
        lengths[Int(field.rawValue)] = UInt8(truncatingIfNeeded: name.count)
        for index in name.indices { names[row &+ index] = name[index].lowercased }
        var slot = Self.slot(of: name)
        while slots[slot] != .other { slot = (slot &+ 1) & (Self.slotCount &- 1) }
        slots[slot] = field
    }

    /// Returns the field that `name`, made of field octets, means.
    func field(named name: Span<UInt8>) -> KnownField {
        assert(WorkCount.add(1))
        guard name.count > 1, name.count < Self.stride else { return .other }
        var slot = Self.slot(of: name)
        while slots[slot] != .other {
            if matches(slots[slot], name) { return slots[slot] }
            slot = (slot &+ 1) & (Self.slotCount &- 1)
        }
        return .other
    }

    private func matches(_ field: KnownField, _ name: Span<UInt8>) -> Bool {
        guard Int(lengths[Int(field.rawValue)]) == name.count else { return false }
        let row = Int(field.rawValue) &* Self.stride
        // Setting the bit 0x20 is exact here: only controls and letters become a letter, a digit or "-" by it.
        for index in name.indices where names[row &+ index] != name[index] | 0x20 { return false }
        return true
    }

    @inline(__always)
    private static func slot(of name: Span<UInt8>) -> Int {
        let count = name.count
        var hash = UInt32(truncatingIfNeeded: count)
        hash = hash &* 31 &+ UInt32(name[0] | 0x20)
        hash = hash &* 31 &+ UInt32(name[count / 2] | 0x20)
        hash = hash &* 31 &+ UInt32(name[count &- 2] | 0x20)
        return Int((hash &* 0x9E37_79B1) &>> 23)
    }
}
