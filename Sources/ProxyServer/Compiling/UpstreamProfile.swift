import Configuration
import Sockets
import Upstream

/// How the targets of the prefix form, or the one of a route, are connected to; one object that all requests share.
final class UpstreamProfile: Sendable {
    private let settings: UpstreamSettings
    let connections: ConnectionProfile
    let proxies: ProxyEnvironment
    /// From the last byte of a request to the end of the response's head, in nanoseconds.
    let responseTimeout: UInt64
    /// Between two bytes, in nanoseconds.
    let idleTimeout: UInt64
    /// Between two bytes of an event stream, in nanoseconds.
    let streamIdleTimeout: UInt64
    let addsForwarded: Bool
    /// The same without the client certificate; nil where there is none.
    let withoutCertificate: UpstreamProfile?

    /// Compiles validated settings.
    ///
    /// - Parameters:
    ///   - number: Profiles of one number share their connections; even, and the next one is this profile's too.
    private init(
        _ upstream: UpstreamSettings,
        number: Int,
        ownAddresses: [SocketAddress],
        environment: [String: String],
        trusts: Trusts
    ) throws(StartError) {
        settings = upstream
        connections = Self.connections(upstream, number: number, ownAddresses: ownAddresses, trusts: trusts)
        do throws(ProxyEnvironmentError) {
            proxies = try ProxyEnvironment(
                ProxyEnvironment.Setting(upstream.proxy),
                environment: environment
            )
        } catch {
            throw .configuration(error.reason)
        }
        responseTimeout = upstream.responseTimeout.inNanoseconds
        idleTimeout = upstream.idleTimeout.inNanoseconds
        streamIdleTimeout = upstream.streamIdleTimeout.inNanoseconds
        addsForwarded = upstream.forwardedHeaders
        if upstream.clientCertificate == nil {
            withoutCertificate = nil
        } else {
            var bare = upstream
            bare.clientCertificate = nil
            bare.clientKey = nil
            withoutCertificate = try UpstreamProfile(
                bare,
                number: number + 1,
                ownAddresses: ownAddresses,
                environment: environment,
                trusts: trusts
            )
        }
    }

    private static func connections(
        _ upstream: UpstreamSettings,
        number: Int,
        ownAddresses: [SocketAddress],
        trusts: Trusts
    ) -> ConnectionProfile {
        ConnectionProfile(
            number: number,
            connectTimeout: upstream.connectTimeout,
            poolIdleTimeout: upstream.poolIdleTimeout,
            maximumConnectionsPerHost: upstream.maxConnectionsPerHost,
            verifiesTLS: upstream.verifyTLS,
            authorityFile: upstream.caFile,
            clientCertificate: upstream.clientCertificate,
            clientKey: upstream.clientKey,
            connectTo: upstream.hosts.map { override in
                ConnectTo(
                    host: override.target.host,
                    port: override.target.port,
                    destination: override.destination.host,
                    destinationPort: override.destination.port
                )
            },
            ownAddresses: ownAddresses,
            trust: trusts.store(of: upstream.caFile),
            systemTrust: trusts.store(of: nil)
        )
    }

    /// The profiles of the prefix form and of all routes, in the order of the rules' numbers.
    ///
    /// - Parameters:
    ///   - generation: Keeps the numbers apart from those of earlier configurations.
    ///   - previous: Those in force until now; one that stays the same keeps its number, and so its connections.
    static func all(
        of settings: Settings,
        ownAddresses: [SocketAddress],
        environment: [String: String],
        generation: Int,
        after previous: [UpstreamProfile]
    ) throws(StartError) -> [UpstreamProfile] {
        let trusts = Trusts(after: previous)
        let compiled = { (upstream: UpstreamSettings, index: Int) throws(StartError) -> UpstreamProfile in
            if let same = previous.first(where: { $0.stays(upstream, ownAddresses) }) { return same }
            return try UpstreamProfile(
                upstream,
                number: generation << 20 + 2 * index,
                ownAddresses: ownAddresses,
                environment: environment,
                trusts: trusts
            )
        }
        var profiles = [try compiled(settings.upstream, 0)]
        for (index, route) in settings.routes.enumerated() {
            profiles.append(
                route.upstream == settings.upstream ? profiles[0] : try compiled(route.upstream, index + 1)
            )
        }
        return profiles
    }

    /// The names of forward proxies and of the hosts that stand for others.
    var configuredNames: [String] { proxies.hosts + connections.connectTo.map(\.destination) }

    /// Looks for changes of the authorities, so that no handshake has to wait for them.
    func readAuthorities() {
        if connections.verifiesTLS { connections.trust.refresh() }
    }

    /// Whether its connections may serve what settings ask for; where files decide whom they trust or what they
    /// show, those may have changed.
    private func stays(_ upstream: UpstreamSettings, _ ownAddresses: [SocketAddress]) -> Bool {
        settings == upstream && connections.ownAddresses == ownAddresses && upstream.caFile == nil
            && upstream.clientCertificate == nil && upstream.clientKey == nil
    }
}

/// The stores of authorities of one configuration: one for each file.
private final class Trusts {
    private var stores: [String?: TrustStore] = [:]

    /// Takes over what earlier profiles have read.
    init(after previous: [UpstreamProfile]) {
        for upstream in previous { stores[upstream.connections.authorityFile] = upstream.connections.trust }
    }

    func store(of file: String?) -> TrustStore {
        if let known = stores[file] { return known }
        let store = TrustStore(file: file)
        stores[file] = store
        return store
    }
}

extension ProxyEnvironment.Setting {
    fileprivate init(_ proxy: UpstreamSettings.Proxy) {
        self =
            switch proxy {
            case .environment: .environment
            case .none: .none
            case .url(let url): .url(url)
            }
    }
}
