/// The names of hosts, in the lower case that browsers and resolvers compare.
///
/// Letters, digits, `-` and, as is done in practice, `_`; international names come as punycode.
///
/// - SeeAlso: RFC 1035 §2.3.4.
public enum DomainName {
    /// 255 octets, less the length octets of the wire form.
    public static let maximumLength = 253
    /// Octets of one label.
    public static let maximumLabelLength = 63

    /// Whether an octet stands in a label.
    @inlinable
    public static func isLabelOctet(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Whether these octets are one label.
    public static func isLabel(_ octets: some Collection<UInt8>) -> Bool {
        (1...maximumLabelLength).contains(octets.count) && octets.allSatisfy(isLabelOctet)
    }

    /// Whether a text is labels with a dot between two of them, and none behind the last.
    public static func isValid(_ text: some StringProtocol) -> Bool {
        text.utf8.count <= maximumLength
            && text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
                .allSatisfy { isLabel($0) }
    }
}
