import IPAddresses
import Text

extension TextFormat where Value == String {
    /// The host to listen on: a name, or an address with or without brackets; given back without them.
    static let listenHost = TextFormat(due: "a host name or an IP address") {
        text,
        validators throws(Fault) in
        let bare = HostAndPort.bare(text)
        if let address = IPAddress(bare) { return address.description }
        if text == "*" {
            throw Fault(
                "\"*\" is no address.",
                mend: "Write \"0.0.0.0\" or \"::\" to listen on every address."
            )
        }
        return try HostName.canonical(text, validators)
    }

    /// A value of the Host field that is answered: a name, `*.name`, an IPv4 address, `[IPv6]`, or `*`.
    static let allowedHost = TextFormat(due: "a host name") { text, validators throws(Fault) in
        if text == "*" { return text }
        if let address = IPAddress(text) {
            guard address.family == .v6 else { return address.description }
            throw Fault("\(text.quoted) lacks its brackets.", mend: "Write \"[\(address)]\".")
        }
        if let address = IPAddress(HostAndPort.bare(text)), address.family == .v6 {
            return "[\(address)]"
        }
        return text.hasPrefix("*.")
            ? "*." + (try HostName.canonical(String(text.dropFirst(2)), validators))
            : try HostName.canonical(text, validators)
    }
}

/// A host name in the configuration.
enum HostName {
    /// The lower-case form of a name of ASCII letters, digits, `-` and `_`.
    ///
    /// - Throws: a `Fault`; it shows the right spelling where there is one.
    static func canonical(_ text: String, _ validators: Validators) throws(Fault) -> String {
        let name = text.lowercased()
        if isName(name) { return name }
        if let scheme = text.firstRange(of: "://") {
            let host = text[scheme.upperBound...].prefix { $0 != "/" && $0 != ":" }
            throw Fault("\(text.quoted) is a URL.", mend: "Write the host alone: \(String(host).quoted).")
        }
        let parts = HostAndPort(text[...])
        if parts.port != nil, isName(parts.host.lowercased()) || parts.host.hasSuffix("]") {
            throw Fault("\(text.quoted) names a port.", mend: "Write \(String(parts.host).quoted).")
        }
        if let canonical = validators.canonicalHost(text), canonical != text, isName(canonical) {
            throw Fault("\(text.quoted) is not in its ASCII form.", mend: "Write \(canonical.quoted).")
        }
        throw Fault("\(text.quoted) is not a host name.", mend: "Write a name such as \"proxy.example.com\".")
    }

    /// Whether a text is labels of a name, and no odd IPv4 address.
    private static func isName(_ text: String) -> Bool {
        // A name whose last label is a number is read as an address (WHATWG URL, "ends in a number").
        DomainName.isValid(text)
            && text.utf8.split(separator: UInt8(ascii: ".")).last?.allSatisfy(\.isDigit) == false
    }
}
