import HTTPSyntax
import IPAddresses
import Upstream

extension ConnectionRequest {
    /// How a command of this program reaches a server: whoever types it may reach what the machine can reach.
    ///
    /// - Parameters:
    ///   - timeout: For the connection.
    ///   - isForTunnel: Whether a WebSocket is to come of it.
    init(
        forCommandTo origin: TargetOrigin,
        verifiesTLS: Bool,
        timeout: Duration,
        proxy: ProxyEndpoint? = nil,
        isForTunnel: Bool = false
    ) {
        self.init(
            origin: origin,
            profile: ConnectionProfile(
                number: 0,
                connectTimeout: timeout,
                poolIdleTimeout: .zero,
                maximumConnectionsPerHost: 0,
                verifiesTLS: verifiesTLS,
                authorityFile: nil,
                connectTo: [],
                ownAddresses: []
            ),
            addressGuard: NumberedGuard(
                number: 0,
                guardian: AddressGuard(allowPrivate: .all, denied: [])
            ),
            proxy: proxy,
            isForTunnel: isForTunnel
        )
    }

    /// How a command reaches a proxy that runs on this machine: straight, and whatever its certificate, since the
    /// question is what answers there and the name in the certificate is the public one.
    init(toRunningProxy origin: TargetOrigin, timeout: Duration) {
        self.init(forCommandTo: origin, verifiesTLS: false, timeout: timeout)
    }
}
