import HTTPSyntax
import IPAddresses
import Sockets

/// Which addresses may be connected to, with a number to compare by.
public struct NumberedGuard: Sendable {
    /// Equal numbers mean the same guard: a pooled connection that passed it once need not be judged again.
    public let number: Int
    /// The judge.
    public let guardian: AddressGuard

    /// Pairs a guard with its number.
    public init(number: Int, guardian: AddressGuard) {
        self.number = number
        self.guardian = guardian
    }
}

/// How connections of one configuration are made.
public struct ConnectionProfile: Sendable {
    /// Tells apart the pooled connections of profiles that may not share any.
    public let number: Int
    /// From the first look-up to the end of the TLS handshake.
    public let connectTimeout: Duration
    /// How long an unused connection is kept.
    public let poolIdleTimeout: Duration
    /// 0 for no bound. Of one shard.
    public let maximumConnectionsPerHost: Int
    /// Whether certificates are verified.
    public let verifiesTLS: Bool
    /// The path of a PEM file with authorities that are trusted beside the system's.
    public let authorityFile: String?
    /// Names that are connected to elsewhere, `host` → `host:port`; Host field and TLS name stay.
    public let connectTo: [String: String]
    /// Where this process listens: never connected to.
    public let ownAddresses: [SocketAddress]

    /// Makes a profile.
    public init(
        number: Int,
        connectTimeout: Duration,
        poolIdleTimeout: Duration,
        maximumConnectionsPerHost: Int,
        verifiesTLS: Bool,
        authorityFile: String?,
        connectTo: [String: String],
        ownAddresses: [SocketAddress]
    ) {
        self.number = number
        self.connectTimeout = connectTimeout
        self.poolIdleTimeout = poolIdleTimeout
        self.maximumConnectionsPerHost = maximumConnectionsPerHost
        self.verifiesTLS = verifiesTLS
        self.authorityFile = authorityFile
        self.connectTo = connectTo
        self.ownAddresses = ownAddresses
    }

    /// Whether the process itself listens on an address.
    func isOwn(_ candidate: SocketAddress) -> Bool {
        ownAddresses.contains { own in
            own.port == candidate.port
                && (own.address == candidate.address
                    || own.address.isUnspecified && candidate.address.isLoopback)
        }
    }
}

/// Asks for a connection to one origin.
public struct ConnectionRequest: Sendable {
    /// Where to.
    public let origin: TargetOrigin
    /// How.
    public let profile: ConnectionProfile
    /// What the address has to pass.
    public let addressGuard: NumberedGuard
    /// The forward proxy on the way, `nil` for a direct connection.
    public let proxy: ProxyEndpoint?

    /// Makes a request.
    public init(
        origin: TargetOrigin,
        profile: ConnectionProfile,
        addressGuard: NumberedGuard,
        proxy: ProxyEndpoint?
    ) {
        self.origin = origin
        self.profile = profile
        self.addressGuard = addressGuard
        self.proxy = proxy
    }

    var key: ConnectionKey {
        ConnectionKey(origin: origin, profile: profile.number)
    }

    /// What must be known of an address before it is connected to.
    ///
    /// The guard cannot see past a forward proxy, and an address that the configuration names for a host needs
    /// no leave but that of `denyNetworks`.
    func refusal(of address: SocketAddress) -> ConnectFailure? {
        if proxy != nil { return nil }
        if profile.isOwn(address) { return .ownAddress }
        return nil
    }
}

/// What pooled connections have in common that can serve the same requests.
struct ConnectionKey: Hashable {
    let origin: TargetOrigin
    let profile: Int
}
