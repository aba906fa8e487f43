import IPAddresses
import Text

extension TextFormat where Value == NetworkBlock {
    /// A block of addresses, or a single address, which is its own block.
    static let networkBlock = TextFormat(
        due: "a CIDR block",
        parse: { text, _ throws(Fault) in
            if let block = NetworkBlock(text) { return block }
            let parts = text.split(separator: "/")
            if parts.count == 2, let address = IPAddress(parts[0]), let length = Int(parts[1]),
                (0...address.family.bitCount).contains(length)
            {
                let block = NetworkBlock(of: address, prefixLength: length)
                throw Fault(
                    "\(text.quoted) has bits set below its prefix.",
                    mend: "Write \"\(block)\" or \"\(address)\"."
                )
            }
            throw Fault(
                "\(text.quoted) is not a CIDR block.",
                mend: "Write one such as \"10.0.0.0/8\" or \"fd00::/8\"."
            )
        },
        text: { $0.description }
    )
}

extension TextFormat where Value == String {
    /// The path that the proxy lives below; given back with its last slash.
    static let basePath = TextFormat(due: "a path") { text, _ throws(Fault) in
        try PlainPath.check(text, example: "/cors/")
        return text.hasSuffix("/") ? text : text + "/"
    }
}
