import ProxyCore
import Text

/// How targets are connected to.
public struct UpstreamSettings: Sendable, Equatable {
    /// Through which proxy targets are reached.
    public enum Proxy: Sendable, Equatable {
        /// The one that `https_proxy` and its like name, as libcurl reads them.
        case environment
        /// None, whatever the environment says.
        case none
        /// The one at a URL; it may hold credentials, so it is never shown.
        case url(String)
    }

    /// Through which proxy targets are reached.
    public var proxy = Proxy.environment
    /// Targets that are connected to elsewhere.
    public var hosts: [HostOverride] = []
    /// For the connection, its TLS handshake included.
    public var connectTimeout = Duration.seconds(10)
    /// From the last byte of a request to the end of the response's head.
    public var responseTimeout = Duration.seconds(60)
    /// Between two bytes, either way.
    public var idleTimeout = Duration.seconds(60)
    /// Between two bytes of an event stream or a WebSocket, which may have nothing to tell for long.
    public var streamIdleTimeout = Duration.seconds(15 * 60)
    /// Whether certificates are checked.
    public var verifyTLS = true
    /// A file of certificates to trust instead of the system's; nil for the system's.
    public var caFile: String?
    /// A file with the certificate that the proxy shows to a target, of a route only; nil for none.
    public var clientCertificate: String?
    /// A file with the key of `clientCertificate`; nil where that file holds it too.
    public var clientKey: String?
    /// Whether X-Forwarded-For, -Proto, -Host and -Port are sent.
    public var forwardedHeaders = true
    /// Which Origin is sent; nil where the request and the policy decide, as `OriginRule` says.
    public var origin: SentOrigin?
    /// In each shard; 0 is no bound.
    public var maxConnectionsPerHost = 0
    /// After which an unused connection is closed; zero keeps none.
    public var poolIdleTimeout = Duration.seconds(20)

    static let section = Section<UpstreamSettings>([
        Key("proxy", \.proxy, .proxy, "env: as https_proxy and its like say; none; or the URL of a proxy."),
        Key(
            "hosts",
            \.hosts,
            .hostOverrides,
            "Connect elsewhere: host or host:port to host:port; Host and TLS name stay."
        ),
        Key(
            "connectTimeout",
            \.connectTimeout,
            .timeout,
            "How long connecting may take, with the look-up of the name and the TLS handshake."
        ),
        Key(
            "responseTimeout",
            \.responseTimeout,
            .timeout,
            "How long a target may take from the end of a request to the end of its response's head."
        ),
        Key("idleTimeout", \.idleTimeout, .timeout, "How long nothing may pass to or from a target."),
        Key(
            "streamIdleTimeout",
            \.streamIdleTimeout,
            .timeout,
            "The same for event streams (text/event-stream) and WebSockets."
        ),
        Key("verifyTLS", \.verifyTLS, .boolean, "Check the certificates of targets."),
        Key(
            "caFile",
            \.caFile,
            .path(isRead: true),
            "Certificates to trust in place of the system's, in PEM; a path is relative to this file."
        ),
        Key("http2", onlyDefault: (), .http2, "Targets are spoken to in HTTP/1.1; leave it \"auto\"."),
        Key(
            "forwardedHeaders",
            \.forwardedHeaders,
            .boolean,
            "Tell targets of the client by X-Forwarded-For, -Proto, -Host and -Port."
        ),
        Key(
            "origin",
            \.origin,
            .optionalChoice(),
            "The Origin that targets are sent: page: the page's; target: the target's own; none. Default: page; "
                + "for a WebSocket target where the policy lists origins."
        ),
        Key(
            "maxConnectionsPerHost",
            \.maxConnectionsPerHost,
            .integer(in: 0...100_000),
            "The most connections to one host in each shard; 0 is no bound."
        ),
        Key(
            "poolIdleTimeout",
            \.poolIdleTimeout,
            .duration(in: .zero...Duration.day),
            "How long an unused connection is kept for the next request."
        ),
    ])
}

extension UpstreamSettings {
    /// The keys of a route: a certificate of the proxy's own is not shown to whichever target is named.
    static let routeSection = Section<UpstreamSettings>(
        section.keys + [
            Key(
                "clientCertificate",
                \.clientCertificate,
                .path(isRead: true),
                "A certificate to show to the target, in PEM; a path is relative to this file."
            ),
            Key(
                "clientKey",
                \.clientKey,
                .path(isRead: true),
                "The certificate's key, in PEM, where its own file does not hold it."
            ),
        ]
    )
}

extension Duration {
    /// The longest time that any setting takes.
    static let day = Duration.seconds(24 * 3600)
}

extension ValueFormat where Value == Duration {
    /// A time after which something is given up.
    static var timeout: Self { .duration(in: .milliseconds(1)...Duration.day) }
}

extension ValueFormat where Value == Void {
    /// `"auto"` or false.
    fileprivate static var http2: Self {
        Self(
            schema: { _ in ["enum": ["auto", false], "default": "auto"] },
            read: { value, _, reader in
                switch value.content {
                case .string("auto"), .bool(false): break
                case .bool(true):
                    let fault = Fault(
                        "HTTP/2 to targets is not supported: they are spoken to in HTTP/1.1.",
                        mend: "Write \"auto\"."
                    )
                    reader.refuse(value, fault)
                default: reader.refuseType(of: value, due: "\"auto\" or false")
                }
            }
        )
    }
}

extension ValueFormat where Value == UpstreamSettings.Proxy {
    /// `"env"`, `"none"`, or a URL.
    fileprivate static var proxy: Self {
        Self(
            schema: { _ in ["type": "string", "default": "env"] },
            read: { value, result, reader in
                guard case .string(let text) = value.content else {
                    return reader.refuseType(of: value, due: "\"env\", \"none\" or a URL")
                }
                switch text {
                case "env": result = .environment
                case "none": result = .none
                default:
                    guard isProxyURL(text) else { return reader.refuse(value, .notAProxyURL) }
                    result = .url(text)
                }
            }
        )
    }

    private static func isProxyURL(_ text: String) -> Bool {
        let schemes = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"]
        guard let separator = text.firstRange(of: "://") else { return false }
        let rest = text[separator.upperBound...]
        return schemes.contains(String(text[..<separator.lowerBound])) && !rest.isEmpty && rest.first != "/"
            && text.utf8.allSatisfy { $0.isVisibleOctet }
    }
}

extension Fault {
    /// The URL may hold a password, so it is not shown.
    fileprivate static let notAProxyURL = Fault(
        "This is not a proxy's URL.",
        mend: #"Write "env", "none", or a URL such as "http://proxy.example.com:3128"."#
    )
}
