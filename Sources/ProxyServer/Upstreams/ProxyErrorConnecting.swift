import HTTPSyntax
import IPAddresses
import ProxyCore
import Upstream

extension ProxyError {
    /// Says of a target's URL what is wrong with it.
    init(_ error: TargetURLError) {
        switch error {
        case .invalid:
            self.init(
                .targetInvalid,
                message: "The target is not a valid URL.",
                hint: "Write it as http://host/path or https://host/path."
            )
        case .scheme:
            self.init(
                .targetScheme,
                message: "The target's scheme is not http or https.",
                hint: "Use one of them."
            )
        case .credentials:
            self.init(
                .targetCredentials,
                message: "The target has a user name in its URL.",
                hint: "Send an Authorization header instead."
            )
        case .host:
            self.init(.targetInvalid, message: "The target's host is not valid.", hint: "Check its spelling.")
        case .port:
            self.init(
                .targetPort,
                message: "The target's port is not valid.",
                hint: "Use a port from 1 to 65535."
            )
        }
    }

    /// Says why a target could not be connected to: its kind and its mend, never an address.
    init(_ failure: ConnectFailure, target: TargetURL) {
        let name = "\"\(target.origin.serialized)\""
        self =
            switch failure {
            case .unknownHost: .unknownHost(name)
            case .resolutionTimeout: .resolutionTimeout(name)
            case .unreachable: .unreachable(name)
            case .timeout: .connectTimeout(name)
            case .busy: .busy(name)
            case .exhausted: .exhausted
            case .noDescriptor: .noDescriptor(name)
            case .addressRefused where ["0.0.0.0", "[::]"].contains(target.origin.host):
                .unspecifiedAddress(target.origin.host)
            case .addressRefused(let refusal): .refused(refusal)
            case .ownAddress: .ownAddress
            case .tls(let failure): .tls(failure, name)
            case .proxy: .forwardProxy(name)
            case .internalError: .internalError
            }
    }

    // MARK: The look-up of the name

    private static func unknownHost(_ name: String) -> ProxyError {
        ProxyError(
            .upstreamDNS,
            message: "The host of \(name) is unknown.",
            hint: "Check its spelling, and the name servers of the proxy's machine."
        )
    }

    private static func resolutionTimeout(_ name: String) -> ProxyError {
        ProxyError(
            .upstreamDNSTimeout,
            message: "The host of \(name) could not be looked up in time.",
            hint: "Check the name servers of the proxy's machine, or raise upstream.connectTimeout."
        )
    }

    // MARK: The connection

    private static func unreachable(_ name: String) -> ProxyError {
        ProxyError(
            .upstreamConnect,
            message: "\(name) does not accept connections.",
            hint: "Check that it runs, and that the port is right."
        )
    }

    private static func connectTimeout(_ name: String) -> ProxyError {
        ProxyError(
            .upstreamConnectTimeout,
            message: "\(name) could not be connected to in time.",
            hint: "Check that it runs, or raise upstream.connectTimeout."
        )
    }

    private static func tls(_ failure: TLSFailure, _ name: String) -> ProxyError {
        ProxyError(
            .upstreamTLS,
            message: "No TLS connection to \(name): \(failure).",
            hint: failure.mend
        )
    }

    private static func forwardProxy(_ name: String) -> ProxyError {
        ProxyError(
            .upstreamProxy,
            message: "The forward proxy did not connect to \(name).",
            hint: "Check upstream.proxy, or http_proxy and https_proxy in the environment."
        )
    }

    // MARK: How many there may be

    private static func busy(_ name: String) -> ProxyError {
        ProxyError(
            .upstreamConnectTimeout,
            message: "All connections to \(name) that are allowed were in use for too long.",
            hint: "Try again, or raise upstream.maxConnectionsPerHost."
        )
    }

    private static let exhausted = ProxyError(
        .upstreamConnectTimeout,
        message: "All connections to targets that the proxy may have were in use for too long.",
        hint: "Try again, or raise limits.upstreamConnections."
    )

    private static func noDescriptor(_ name: String) -> ProxyError {
        ProxyError(
            .upstreamConnect,
            message: "The proxy has no file descriptor left for a connection to \(name).",
            hint: "Try again, or raise the limit of open files."
        )
    }

    // MARK: The guard

    /// - Parameter host: 0.0.0.0 or [::].
    private static func unspecifiedAddress(_ host: String) -> ProxyError {
        let loopback = host == "[::]" ? "[::1]" : "127.0.0.1"
        return ProxyError(
            .privateAddress,
            message: "\(host) is an address to listen on, not one to connect to.",
            hint: "Write \(loopback) or localhost for a server on this machine."
        )
    }

    private static func refused(_ refusal: AddressRefusal) -> ProxyError {
        ProxyError(
            .privateAddress,
            message: refusal.reason,
            hint:
                "Allow its network in guard.allowPrivateNetworks, if pages may reach it. Behind a server in front "
                + "(one is behind whatever comes by HTTP/1.0), name that in trustedProxies."
        )
    }
}

extension TLSFailure {
    /// What to do about it.
    fileprivate var mend: String {
        switch self {
        case .unknownAuthority:
            "Name its authority's certificate in upstream.caFile. If browsers trust it, its server does not send "
                + "the certificates in between: add them there."
        case .selfSigned:
            "Name the certificate in upstream.caFile, or, on your own machine, set upstream.verifyTLS to false."
        case .expired: "Renew the certificate; if it is valid, set the clock of the proxy's machine."
        case .notYetValid: "Set the clock of the proxy's machine, or that of whoever made the certificate."
        case .revoked: "Give the server another certificate."
        case .otherName:
            "Ask by a name that the certificate is for; upstream.hosts can lead that name to this server."
        case .weak:
            "Give the server a certificate with a key of ECDSA, or of RSA with 2048 bits, and SHA-256."
        case .unverifiable: "Give the server another certificate, or name this one in upstream.caFile."
        case .version: "Switch TLS 1.2 or 1.3 on at the server."
        case .notTLS: "Write http:// in place of https://, or name the port where it speaks TLS."
        case .cipher:
            "Allow ECDHE with AES-GCM at the server. If it wants a client certificate, set the route's "
                + "upstream.clientCertificate."
        case .unknownName: "Check the spelling of the host, and for which names the server has certificates."
        case .certificateRequired: "Set upstream.clientCertificate in a route to it."
        case .certificateRefused:
            "Check that upstream.clientCertificate is valid still, and that the server trusts its authority."
        case .closed: "Check that the port speaks TLS, and look at the server's own log."
        case .handshake: "Look at the server's own log."
        case .authoritiesUnreadable:
            "Check upstream.caFile; without one, install the system's certificates (package ca-certificates)."
        case .ownCertificateUnusable: "Check upstream.clientCertificate and upstream.clientKey."
        }
    }
}

extension ConnectionRequest {
    /// What the forward proxy on the way wants to see in the request line, where there is one that reads it.
    var absoluteForm: AbsoluteForm? {
        guard let proxy, origin.scheme == .http, !isForTunnel else { return nil }
        switch proxy.scheme {
        case .http, .https: return AbsoluteForm(authorization: proxy.basicAuthorization)
        case .socks4, .socks4a, .socks5, .socks5h: return nil
        }
    }
}
