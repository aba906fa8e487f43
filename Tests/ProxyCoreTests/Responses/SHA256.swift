import Foundation

/// The hash of FIPS 180-4 §6.2, to check the hashes in a content security policy.
enum SHA256 {
    /// The digest of a text's UTF-8 bytes, in Base64.
    static func base64(_ text: String) -> String {
        Data(digest(Array(text.utf8))).base64EncodedString()
    }

    private static func digest(_ message: [UInt8]) -> [UInt8] {
        let constants = primes.prefix(64).map { fraction(ofRoot: cbrt, $0) }
        var state = primes.prefix(8).map { fraction(ofRoot: { $0.squareRoot() }, $0) }
        var padded = message + [0x80]
        padded += [UInt8](repeating: 0, count: (120 - padded.count % 64) % 64)
        padded += bigEndianBytes(UInt64(message.count) * 8)
        for start in stride(from: 0, to: padded.count, by: 64) {
            compress(Array(padded[start..<start + 64]), constants, into: &state)
        }
        return state.flatMap { bigEndianBytes(UInt64($0)).suffix(4) }
    }

    private static func compress(_ block: [UInt8], _ constants: [UInt32], into state: inout [UInt32]) {
        var words = stride(from: 0, to: 64, by: 4).map { start in
            block[start..<start + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        }
        for index in 16..<64 {
            let (early, late) = (words[index - 15], words[index - 2])
            let first = rotated(early, 7) ^ rotated(early, 18) ^ early >> 3
            let second = rotated(late, 17) ^ rotated(late, 19) ^ late >> 10
            words.append(words[index - 16] &+ first &+ words[index - 7] &+ second)
        }
        var work = state
        for index in 0..<64 {
            let (a, e) = (work[0], work[4])
            let choice = (e & work[5]) ^ (~e & work[6])
            let majority = (a & work[1]) ^ (a & work[2]) ^ (work[1] & work[2])
            let low = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
            let high = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
            let mixed = work[7] &+ low &+ choice &+ constants[index] &+ words[index]
            work = [mixed &+ high &+ majority, a, work[1], work[2], work[3] &+ mixed, e, work[5], work[6]]
        }
        for index in 0..<8 { state[index] &+= work[index] }
    }

    /// The first 64 primes.
    private static let primes: [Int] = (2...311).filter { number in
        !(2..<number).contains { number % $0 == 0 }
    }

    /// The first 32 bits of the fraction of a root.
    private static func fraction(ofRoot root: (Double) -> Double, _ prime: Int) -> UInt32 {
        let value = root(Double(prime))
        return UInt32((value - value.rounded(.down)) * 4_294_967_296)
    }

    private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 {
        word >> count | word << (32 - count)
    }

    private static func bigEndianBytes(_ number: UInt64) -> [UInt8] {
        (0..<8).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }
}
