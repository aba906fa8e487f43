import IPAddresses

/// Which addresses may be connected to.
public struct GuardSettings: Sendable, Equatable {
    /// Which addresses that are not public may be connected to.
    public enum PrivateNetworks: Sendable, Equatable {
        /// None of them.
        case none
        /// All of them.
        case all
        /// Those of the blocks.
        case blocks([NetworkBlock])
        /// Those of `loopbackBlocks`, and only because nothing was written and the listener is on loopback.
        ///
        /// A request that a server in front has forwarded has no share in it.
        case loopbackByDefault
    }

    /// 127.0.0.0/8 and ::1/128.
    public static let loopbackBlocks = [
        NetworkBlock(of: IPAddress(v4: (127, 0, 0, 0)), prefixLength: 8),
        NetworkBlock(of: IPAddress(v6: 0, low: 1), prefixLength: 128),
    ]

    /// Which addresses that are not public may be connected to.
    public var allowPrivateNetworks = PrivateNetworks.loopbackByDefault
    /// Blocks that are refused, public ones too.
    public var denyNetworks: [NetworkBlock] = []

    static let section = Section<GuardSettings>([
        Key(
            "allowPrivateNetworks",
            \.allowPrivateNetworks,
            .privateNetworks,
            "Which private addresses may be connected to: true, false, or a list of CIDR blocks. "
                + "Default: loopback where the listener is on loopback, else none."
        ),
        Key(
            "denyNetworks",
            \.denyNetworks,
            .list(of: .networkBlock),
            "CIDR blocks that are never connected to."
        ),
    ])
}

extension ValueFormat where Value == GuardSettings.PrivateNetworks {
    /// A boolean, or a list of blocks.
    fileprivate static var privateNetworks: Self {
        let blocks = ValueFormat<[NetworkBlock]>.list(of: .networkBlock)
        return Self(
            schema: { _ in ["anyOf": [["type": "boolean"], ["type": "array", "items": ["type": "string"]]]] },
            read: { value, result, reader in
                switch value.content {
                case .bool(let allowsAll): result = allowsAll ? .all : .none
                case .array:
                    var list: [NetworkBlock] = []
                    blocks.read(value, &list, &reader)
                    result = .blocks(list)
                default:
                    reader.refuseType(
                        of: value,
                        due: "true, false or a list of CIDR blocks",
                        mend: value.unquotedMend
                    )
                }
            }
        )
    }
}
