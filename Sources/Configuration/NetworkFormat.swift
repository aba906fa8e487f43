import IPAddresses

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
    /// A pattern of targets; what it may look like is not this module's business.
    static let targetPattern = TextFormat(due: "a target pattern") { text, validators throws(Fault) in
        if let fault = validators.targetPatternFault(text) { throw fault }
        return text
    }

    /// The path that the proxy lives below; given back with its last slash.
    static let basePath = TextFormat(due: "a path") { text, _ throws(Fault) in
        guard text.hasPrefix("/") else {
            throw Fault(
                "\(text.quoted) does not start with a slash.",
                mend: "Write a path such as \"/cors/\"."
            )
        }
        if text == "/" { return text }
        let path = text.hasSuffix("/") ? text : text + "/"
        for segment in path.dropFirst().dropLast().split(separator: "/", omittingEmptySubsequences: false) {
            guard !segment.isEmpty, segment != ".", segment != "..", segment.utf8.allSatisfy(isUnreserved)
            else {
                throw Fault(
                    "\(text.quoted) is not a plain path.",
                    mend:
                        #"Write segments of letters, digits, "-", ".", "_" and "~", such as "/cors/"."#
                )
            }
        }
        return path
    }

    /// The unreserved characters of RFC 3986 §2.3: those that every server in between leaves alone.
    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
