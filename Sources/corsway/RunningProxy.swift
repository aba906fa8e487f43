import HTTPSyntax
import IPAddresses
import Upstream

extension ConnectionRequest {
    /// How a command reaches a proxy that runs on this machine: at any address, straight, whatever its certificate.
    init(toRunningProxy origin: TargetOrigin, timeout: Duration) {
        self.init(
            origin: origin,
            profile: ConnectionProfile(
                number: 0,
                connectTimeout: timeout,
                poolIdleTimeout: .zero,
                maximumConnectionsPerHost: 0,
                // The question is what answers there; the name in the certificate is the public one.
                verifiesTLS: false,
                authorityFile: nil,
                detours: [],
                ownAddresses: []
            ),
            addressGuard: NumberedGuard(
                number: 0,
                guardian: AddressGuard(allowPrivate: .all, denied: [])
            ),
            proxy: nil
        )
    }
}
