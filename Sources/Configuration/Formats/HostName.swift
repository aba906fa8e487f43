import Text

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
