/// A set of known fields as a bit mask.
struct KnownFieldSet: Sendable, Hashable {
    private var bits: UInt128 = 0

    init() {}

    init(_ fields: [KnownField]) {
        for field in fields { insert(field) }
    }

    @inline(__always)
    func contains(_ field: KnownField) -> Bool {
        (bits &>> UInt128(field.rawValue)) & 1 == 1
    }

    @inline(__always)
    mutating func insert(_ field: KnownField) {
        bits |= 1 &<< UInt128(field.rawValue)
    }

    mutating func remove(_ field: KnownField) {
        bits &= ~(1 &<< UInt128(field.rawValue))
    }

    func isDisjoint(with other: KnownFieldSet) -> Bool {
        bits & other.bits == 0
    }
}
