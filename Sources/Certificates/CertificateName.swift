import Text

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
        let bare = HostAndPort.bare(text)
        if isAddress(bare) {
            notation = "IP:\(bare)"
            return
        }
        let labels = (text.hasPrefix("*.") ? text.dropFirst(2) : text[...])
            .split(separator: ".", omittingEmptySubsequences: false)
        // Anything else could end the name, and begin another one, where openssl reads it.
        guard text.utf8.count <= DomainName.maximumLength, labels.allSatisfy(Self.isLabel) else {
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
        DomainName.isLabel(label.utf8.map(\.lowercased)) && label.first != "-" && label.last != "-"
    }
}
