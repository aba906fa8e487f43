import IPAddresses

/// Servers in front whose X-Forwarded fields are believed.
public enum TrustedProxy: Sendable, Equatable {
    /// Those of a block of addresses.
    case block(NetworkBlock)
    /// Those that connect to a unix socket.
    case unix
}

extension TextFormat where Value == TrustedProxy {
    /// A block of addresses, or `unix`.
    static let trustedProxy = TextFormat(
        due: "a CIDR block or \"unix\"",
        parse: { text, validators throws(Fault) in
            text == "unix" ? .unix : .block(try TextFormat<NetworkBlock>.networkBlock.parse(text, validators))
        },
        text: { proxy in
            switch proxy {
            case .block(let block): block.description
            case .unix: "unix"
            }
        }
    )
}
