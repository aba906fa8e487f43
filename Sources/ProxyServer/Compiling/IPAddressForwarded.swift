import IPAddresses
import Text

extension IPAddress {
    /// The longest element that is looked at: the longest address in quotes and brackets, with zone and port.
    private static let longestForwarded = 96

    /// Reads one element of X-Forwarded-For in the forms that servers write: with a port, in brackets, in quotes,
    /// with a zone; `::ffff:a.b.c.d` is the IPv4 address that it stands for.
    ///
    /// Nil for anything else, such as `unknown` or an obfuscated name (RFC 7239 §6).
    init?(forwarded element: ArraySlice<UInt8>) {
        guard element.count <= Self.longestForwarded else { return nil }
        var text = String(decoding: element, as: UTF8.self)[...]
        if text.count > 1, text.hasPrefix("\""), text.hasSuffix("\"") { text = text.dropFirst().dropLast() }
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]"), Self.isPort(text[end...].dropFirst()) else {
                return nil
            }
            text = text[..<end].dropFirst()
        } else if let colon = text.firstIndex(of: ":"), colon == text.lastIndex(of: ":") {
            // One colon stands before a port; an IPv6 address has two at least.
            guard Self.isPort(text[colon...]) else { return nil }
            text = text[..<colon]
        }
        if let zone = text.firstIndex(of: "%"), text.contains(":") { text = text[..<zone] }
        guard let address = IPAddress(text) else { return nil }
        self = address.unmapped
    }

    /// Whether a text is empty, or a colon with a port.
    private static func isPort(_ text: Substring) -> Bool {
        guard let colon = text.first else { return true }
        let digits = text.dropFirst()
        return colon == ":" && 1...5 ~= digits.count
            && digits.utf8.allSatisfy(\.isDigit)
    }
}
