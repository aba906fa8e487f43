/// The stable names of all errors that the proxy answers with itself.
///
/// The raw value stands in the body and in `X-Corsway-Error`; scripts depend on it, so a name never changes.
public enum ErrorCode: String, Sendable, Hashable, CaseIterable {
    case badRequest = "bad-request"
    case tlsRequired = "tls-required"
    case headerTooLarge = "header-too-large"
    case urlTooLong = "url-too-long"
    case bodyTooLarge = "body-too-large"
    case requestTimeout = "request-timeout"
    case unsupportedTransferCoding = "unsupported-transfer-coding"
    case expectationFailed = "expectation-failed"
    case versionNotSupported = "version-not-supported"
    case methodNotSupported = "method-not-supported"
    case methodTooLong = "method-too-long"
    case hostNotAllowed = "host-not-allowed"
    case websocketInvalid = "websocket-invalid"
    case websocketVersion = "websocket-version"
    case notFound = "not-found"

    case multipleOrigins = "multiple-origins"
    case originDenied = "origin-denied"
    case originRequired = "origin-required"
    case crossSiteDenied = "cross-site-denied"
    case methodDenied = "method-denied"
    case clientKeyRequired = "client-key-required"
    case rateLimited = "rate-limited"
    case headerRequired = "header-required"
    case serviceWorkerDenied = "service-worker-denied"
    case untrustedForwarder = "untrusted-forwarder"
    case websocketDenied = "websocket-denied"

    case targetInvalid = "target-invalid"
    case targetSlashes = "target-slashes"
    case targetScheme = "target-scheme"
    case targetPort = "target-port"
    case targetCredentials = "target-credentials"
    case targetHost = "target-host"
    case targetDenied = "target-denied"
    case privateAddress = "private-address"
    case loopDetected = "loop-detected"

    case upstreamDNS = "upstream-dns"
    case upstreamDNSTimeout = "upstream-dns-timeout"
    case upstreamConnect = "upstream-connect"
    case upstreamConnectTimeout = "upstream-connect-timeout"
    case upstreamTimeout = "upstream-timeout"
    case upstreamTLS = "upstream-tls"
    case upstreamProxy = "upstream-proxy"
    case upstreamClosed = "upstream-closed"
    case upstreamInvalidResponse = "upstream-invalid-response"
    case upstreamResponseTooLarge = "upstream-response-too-large"

    case tooManyConnections = "too-many-connections"
    case tooManyTunnels = "too-many-tunnels"
    case shuttingDown = "shutting-down"
    case `internal`

    /// Where the fault lies, for metrics and for whoever has to mend it.
    public enum Side: String, Sendable, Hashable, CaseIterable {
        /// The request as the client sent it.
        case downstream
        /// The configured policy refuses the request.
        case policy
        /// The URL asked for.
        case target
        /// The server behind the proxy, or the way to it.
        case upstream
        /// The proxy itself.
        case proxy
    }

    /// The status code of the answer.
    ///
    /// - SeeAlso: RFC 9110 §15; RFC 6585 §5 (431); RFC 5842 §7.2 (508); RFC 6455 §4.4 (426).
    public var status: Int {
        switch self {
        case .badRequest, .tlsRequired, .multipleOrigins, .headerRequired, .targetInvalid, .targetSlashes,
            .targetScheme,
            .targetPort, .targetCredentials, .websocketInvalid:
            400
        case .clientKeyRequired: 401
        case .originDenied, .originRequired, .crossSiteDenied, .serviceWorkerDenied, .untrustedForwarder,
            .targetDenied, .privateAddress, .websocketDenied:
            403
        case .notFound, .targetHost: 404
        case .methodNotSupported, .methodDenied: 405
        case .requestTimeout: 408
        case .bodyTooLarge: 413
        case .urlTooLong: 414
        case .expectationFailed: 417
        case .hostNotAllowed: 421
        case .websocketVersion: 426
        case .rateLimited: 429
        case .headerTooLarge: 431
        case .internal: 500
        case .unsupportedTransferCoding, .methodTooLong: 501
        case .upstreamDNS, .upstreamConnect, .upstreamTLS, .upstreamProxy, .upstreamClosed,
            .upstreamInvalidResponse, .upstreamResponseTooLarge:
            502
        case .tooManyConnections, .tooManyTunnels, .shuttingDown: 503
        case .upstreamDNSTimeout, .upstreamConnectTimeout, .upstreamTimeout: 504
        case .versionNotSupported: 505
        case .loopDetected: 508
        }
    }

    /// Whether nothing more may be read from the connection: what follows may be no HTTP, or no request of its own.
    public var endsConnection: Bool {
        switch self {
        // Behind a CONNECT comes what its tunnel was meant to carry.
        case .badRequest, .methodNotSupported, .methodTooLong, .tooManyConnections: true
        default: false
        }
    }

    /// Who can mend the fault.
    public var side: Side {
        switch self {
        case .badRequest, .tlsRequired, .headerTooLarge, .urlTooLong, .bodyTooLarge, .requestTimeout,
            .unsupportedTransferCoding, .expectationFailed, .versionNotSupported, .methodNotSupported,
            .methodTooLong, .websocketInvalid, .websocketVersion, .notFound:
            .downstream
        case .hostNotAllowed, .multipleOrigins, .originDenied, .originRequired, .crossSiteDenied,
            .methodDenied, .clientKeyRequired, .rateLimited, .headerRequired, .serviceWorkerDenied,
            .untrustedForwarder, .websocketDenied:
            .policy
        case .targetInvalid, .targetSlashes, .targetScheme, .targetPort, .targetCredentials, .targetHost,
            .targetDenied, .privateAddress, .loopDetected:
            .target
        case .upstreamDNS, .upstreamDNSTimeout, .upstreamConnect, .upstreamConnectTimeout, .upstreamTimeout,
            .upstreamTLS, .upstreamProxy, .upstreamClosed, .upstreamInvalidResponse,
            .upstreamResponseTooLarge:
            .upstream
        case .tooManyConnections, .tooManyTunnels, .shuttingDown, .internal:
            .proxy
        }
    }
}
