import Text

/// The bounds and byte classes of serialised origins.
enum OriginSyntax {
    static let maximumSchemeLength = 64
    /// Scheme, `://`, host, colon, five digits.
    static let maximumLength = maximumSchemeLength + 3 + DomainName.maximumLength + 1 + 5

    /// Ports that browsers leave out of an origin.
    static let defaultPorts: [String: UInt16] = ["http": 80, "https": 443]

    /// The schemes of browser extensions, whose hosts are made up for each installation.
    static let extensionSchemes: Set<String> = [
        "chrome-extension", "moz-extension", "ms-browser-extension", "safari-web-extension",
    ]

    /// Whether a byte stands in the host of a scheme other than http and https, which keeps its case.
    static func isOpaqueHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "."), UInt8(ascii: "~"):
            true
        default:
            DomainName.isLabelOctet(byte)
        }
    }

    static func isScheme(_ text: some StringProtocol) -> Bool {
        guard let first = text.utf8.first, first >= UInt8(ascii: "a"), first <= UInt8(ascii: "z") else {
            return false
        }
        return text.utf8.count <= maximumSchemeLength
            && text.utf8.allSatisfy { byte in
                (DomainName.isLabelOctet(byte) && byte != UInt8(ascii: "_"))
                    || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
            }
    }
}
