/// A small generator with a seed, so that a failing random test can be repeated.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}

extension SplitMix64 {
    /// A text with one to four characters changed, added or taken away.
    mutating func mutated(_ text: String, with alphabet: [Character]) -> String {
        var characters = Array(text)
        for _ in 0...(next() % 4) {
            let index = Int(next() % UInt64(characters.count + 1))
            let other = alphabet[Int(next() % UInt64(alphabet.count))]
            switch next() % 3 {
            case 0: characters.insert(other, at: index)
            case 1 where index < characters.count: characters[index] = other
            case 2 where index < characters.count: characters.remove(at: index)
            default: break
            }
        }
        return String(characters)
    }
}
