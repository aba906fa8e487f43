/// A name that a certificate can be for: a DNS name, `*.` and one, or an IP address.
public struct CertificateName: Sendable, Hashable {
    /// In openssl's notation: `DNS:localhost`, `IP:::1`.
    let notation: String

    /// What an authority has to be allowed for it: a DNS name stands for those below it too.
    ///
    /// - SeeAlso: RFC 5280 §4.2.1.10.
    var constraint: String {
        guard notation.hasPrefix("IP:") else {
            return notation.hasPrefix("DNS:*.") ? "DNS:\(notation.dropFirst(6))" : notation
        }
        let isIPv4 = notation.dropFirst(3).contains(".") && !notation.dropFirst(3).contains(":")
        let mask = isIPv4 ? "255.255.255.255" : Array(repeating: "ffff", count: 8).joined(separator: ":")
        return "\(notation)/\(mask)"
    }

    /// Reads a name; a letter outside ASCII has to come as punycode.
    ///
    /// - Parameter isAddress: Tells an IP address from a name.
    public init(_ text: String, isAddress: (String) -> Bool) throws(CertificateError) {
        let bare = text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
        if isAddress(bare) {
            notation = "IP:\(bare)"
            return
        }
        let labels = (text.hasPrefix("*.") ? text.dropFirst(2) : text[...])
            .split(separator: ".", omittingEmptySubsequences: false)
        // Anything else could end the name, and begin another one, where openssl reads it.
        guard text.utf8.count <= 253, labels.allSatisfy(Self.isLabel) else {
            throw CertificateError(
                message: """
                    "\(text.unicodeScalars.map { $0.isASCII ? String($0) : $0.escaped(asASCII: true) }.joined())" \
                    is no host name. Write one such as app.localhost, *.dev.example or 192.168.1.5, without port or scheme.
                    """
            )
        }
        notation = "DNS:\(text.lowercased())"
    }

    private static func isLabel(_ label: Substring) -> Bool {
        !label.isEmpty && label.utf8.count <= 63 && label.first != "-" && label.last != "-"
            && label.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}
