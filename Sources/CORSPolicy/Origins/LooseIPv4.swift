import IPAddresses
import Text

/// The spellings of IPv4 addresses that browsers understand and rewrite: `127.1`, `0x7f000001`, `017700000001`.
///
/// - SeeAlso: URL Standard §3.5 (IPv4 parser, ends-in-a-number checker).
enum LooseIPv4 {
    /// Whether a lower-case host is taken for an address, be it a valid one or not.
    static func isMeant(by host: String) -> Bool {
        guard let last = labels(of: host).last, !last.isEmpty else { return false }
        return last.utf8.allSatisfy(\.isDigit) || (last.hasPrefix("0x") && readNumber(last) != nil)
    }

    /// Reads one to four numbers, of which the last fills the bytes that are left.
    static func read(_ host: String) -> IPAddress? {
        let labels = labels(of: host)
        let numbers = labels.compactMap(readNumber)
        guard (1...4).contains(labels.count), numbers.count == labels.count, let last = numbers.last,
            numbers.dropLast().allSatisfy({ $0 <= 255 })
        else { return nil }
        let bitsLeft = UInt64(8 * (5 - numbers.count))
        guard last < 1 << bitsLeft else { return nil }
        let bits = numbers.dropLast().reduce(0) { $0 << 8 | $1 } << bitsLeft | last
        let byte = { (shift: UInt64) in UInt8(truncatingIfNeeded: bits >> shift) }
        return IPAddress(v4: (byte(24), byte(16), byte(8), byte(0)))
    }

    private static func labels(of host: String) -> [Substring] {
        let relative = host.utf8.last == UInt8(ascii: ".") ? host.dropLast() : host[...]
        return relative.split(separator: ".", omittingEmptySubsequences: false)
    }

    /// Reads a decimal number, an octal one behind `0`, or a hexadecimal one behind `0x`.
    private static func readNumber(_ label: Substring) -> UInt64? {
        // The integer parser takes a sign, addresses have none.
        guard let first = label.utf8.first, first.isDigit else { return nil }
        if label.hasPrefix("0x") {
            let digits = label.dropFirst(2)
            guard let first = digits.utf8.first else { return 0 }
            return first == UInt8(ascii: "+") || first == UInt8(ascii: "-") ? nil : UInt64(digits, radix: 16)
        }
        return UInt64(label, radix: first == UInt8(ascii: "0") ? 8 : 10)
    }
}
