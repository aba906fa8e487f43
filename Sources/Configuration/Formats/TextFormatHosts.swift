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
