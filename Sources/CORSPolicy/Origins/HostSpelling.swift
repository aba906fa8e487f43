import IPAddresses
import Text

/// A host of an http or https origin in the spelling that browsers use.
///
/// - SeeAlso: URL Standard §3.5 (host parsing) and §3.6 (host serializing).
struct HostSpelling {
    /// The canonical text, IPv6 addresses in brackets.
    let text: String
    /// Whether it is an IP address, which has no subdomains.
    let isAddress: Bool
    /// What the given text had that browsers do not write, as part of a sentence; nil where it was canonical.
    let deviation: String?

    /// Reads a host in any spelling.
    ///
    /// - Parameters:
    ///   - host: A name or an address, without wildcard.
    ///   - asciiForm: Gives the IDNA form of names with letters outside ASCII.
    /// - Returns: Its canonical form, or nil where it is no host.
    static func read(_ host: String, asciiForm: (String) -> String?) -> HostSpelling? {
        if host.utf8.first == UInt8(ascii: "[") { return readBracketed(host) }
        let isASCII = host.utf8.allSatisfy { $0 < 0x80 }
        guard let name = (isASCII ? host : asciiForm(host))?.lowercased() else { return nil }
        if LooseIPv4.isMeant(by: name) {
            guard let address = LooseIPv4.read(name)?.description else { return nil }
            let deviation = address == host ? nil : "an IPv4 address in an unusual spelling"
            return HostSpelling(text: address, isAddress: true, deviation: deviation)
        }
        guard isDomain(name) else { return nil }
        let deviation = !isASCII ? "letters outside ASCII" : name == host ? nil : "upper-case letters"
        return HostSpelling(text: name, isAddress: false, deviation: deviation)
    }

    private static func readBracketed(_ host: String) -> HostSpelling? {
        guard host.utf8.last == UInt8(ascii: "]") else { return nil }
        let inner = host.dropFirst().dropLast()
        let zone = inner.firstIndex(of: "%")
        guard let address = IPAddress(inner[..<(zone ?? inner.endIndex)]), address.family == .v6 else {
            return nil
        }
        if let mapped = mappedIPv4(address) {
            return HostSpelling(text: mapped, isAddress: true, deviation: "an IPv4 address mapped into IPv6")
        }
        let text = "[\(address)]"
        let deviation: String? =
            // A zone names an interface of one machine; no browser takes it (URL Standard §3.5).
            if zone != nil { "a zone" } else {
                text == host ? nil : "an IPv6 address not in its shortest form"
            }
        return HostSpelling(text: text, isAddress: true, deviation: deviation)
    }

    /// The dotted quad that RFC 5952 §5 ends an IPv4-mapped address with.
    private static func mappedIPv4(_ address: IPAddress) -> String? {
        let text = address.description
        guard text.hasPrefix("::ffff:"), text.utf8.contains(UInt8(ascii: ".")) else { return nil }
        return String(text.dropFirst("::ffff:".count))
    }

    /// Whether a canonical host is in 127.0.0.0/8 or ::1.
    static func isLoopbackAddress(_ host: String) -> Bool {
        IPAddress(HostAndPort.bare(host))?.isLoopback ?? false
    }

    /// Labels of 1–63 lower-case letters, digits, `-` and `_`, 253 bytes in all; a dot may follow the last.
    private static func isDomain(_ name: String) -> Bool {
        let dot = UInt8(ascii: ".")
        let relative = name.utf8.last == dot ? name.utf8.dropLast() : name.utf8[...]
        return DomainName.isValid(Substring(relative))
    }
}
