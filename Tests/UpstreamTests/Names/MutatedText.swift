import TestSupport

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
