/// Decides which addresses the proxy may connect to.
///
/// It has to see the address of the connection itself, not the one of an earlier look-up: a name can answer
/// differently the second time (DNS rebinding).
public struct AddressGuard: Sendable, Hashable {
    /// Which addresses that are not public may be connected to.
    public enum PrivateAccess: Sendable, Hashable {
        /// None of them.
        case none
        /// All but those at which a cloud keeps credentials; they have to be named by a block.
        case all
        /// Those in one of the blocks.
        case blocks([NetworkBlock])
    }

    /// What the guard says of one address.
    public enum Verdict: Sendable, Hashable {
        /// It may be connected to.
        case allowed
        /// It must not be connected to.
        case refused(AddressRefusal)
    }

    private let allowPrivate: PrivateAccess
    private let denied: [NetworkBlock]

    /// Makes a guard; addresses in `denied` are refused whatever `allowPrivate` says, public ones too.
    public init(allowPrivate: PrivateAccess, denied: [NetworkBlock] = []) {
        self.allowPrivate = allowPrivate
        self.denied = denied
    }

    /// Tells whether an address may be connected to.
    ///
    /// In this order: denied blocks refuse; classes that are never reachable are refused, in an allowed block
    /// too, so that `::/0` there does not let embedded IPv4 addresses past the blocks of IPv4; public
    /// addresses pass; others pass where private access is allowed.
    public func verdict(on address: IPAddress) -> Verdict {
        if let block = denied.first(where: { $0.contains(address) }) {
            return .refused(.denied(block))
        }
        let addressClass = SpecialPurpose.classify(address)
        if addressClass.isNeverReachable {
            return .refused(.neverReachable(addressClass))
        }
        return addressClass == .publicUnicast || allows(address, of: addressClass)
            ? .allowed
            : .refused(.notPublic(addressClass))
    }

    private func allows(_ address: IPAddress, of addressClass: AddressClass) -> Bool {
        switch allowPrivate {
        case .none: false
        case .all: addressClass != .cloudMetadata
        case .blocks(let blocks): blocks.contains { $0.contains(address) }
        }
    }
}
