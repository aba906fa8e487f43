import Configuration
import Sockets
import Upstream

/// How the targets of the prefix form, or the one of a route, are connected to.
struct UpstreamWay: Sendable {
    let profile: ConnectionProfile
    let proxies: ProxyEnvironment
    /// From the last byte of a request to the end of the response's head, in nanoseconds.
    let responseTimeout: UInt64
    /// Between two bytes, in nanoseconds.
    let idleTimeout: UInt64
    let addsForwarded: Bool

    /// Compiles validated settings.
    ///
    /// - Parameter number: Ways of one number share their connections.
    init(
        _ upstream: UpstreamSettings,
        number: Int,
        ownAddresses: [SocketAddress],
        environment: [String: String]
    ) throws(StartError) {
        profile = ConnectionProfile(
            number: number,
            connectTimeout: upstream.connectTimeout,
            poolIdleTimeout: upstream.poolIdleTimeout,
            maximumConnectionsPerHost: upstream.maxConnectionsPerHost,
            verifiesTLS: upstream.verifyTLS,
            authorityFile: upstream.caFile,
            clientCertificate: upstream.clientCertificate,
            clientKey: upstream.clientKey,
            detours: upstream.hosts.map { override in
                Detour(
                    host: override.target.host,
                    port: override.target.port,
                    destination: override.destination.host,
                    destinationPort: override.destination.port
                )
            },
            ownAddresses: ownAddresses
        )
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
        addsForwarded = upstream.forwardedHeaders
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
