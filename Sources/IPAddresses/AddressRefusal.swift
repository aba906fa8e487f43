/// Why an address must not be connected to.
public enum AddressRefusal: Error, Sendable, Hashable {
    /// It lies in a block that the configuration denies.
    case denied(NetworkBlock)
    /// It is not public, and the configuration does not allow it.
    case notPublic(AddressClass)
    /// It is of a class that no configuration can allow.
    case neverReachable(AddressClass)

    /// The kind of refusal, stable for logs and for programs.
    public var code: String {
        switch self {
        case .denied: "address_denied"
        case .notPublic: "address_not_public"
        case .neverReachable: "address_never_reachable"
        }
    }

    /// The refusal in words, without the address or the block: a client must not learn what a name means inside.
    public var reason: String {
        switch self {
        case .denied: "The target's address is in a network that is denied."
        case .notPublic(let addressClass): "The target's address is not public (\(addressClass.name))."
        case .neverReachable(let addressClass):
            "The target's address is of a kind that is never connected to (\(addressClass.name))."
        }
    }
}
