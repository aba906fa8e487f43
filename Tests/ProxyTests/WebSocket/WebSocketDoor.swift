import TestSupport
import Testing

/// A way to a WebSocket server through the proxy, with or without TLS on either side.
struct WebSocketDoor: Sendable, CustomTestStringConvertible {
    enum Form: String, Sendable, CaseIterable {
        /// `ws://proxy/ws://host/`
        case prefix
        /// `ws://proxy/http://host/`
        case prefixHTTP
        /// `ws://proxy/sock/`, where `sock` is a route to `http://host/`
        case route
        /// `ws://proxy/socks/`, where `socks` is a route to `ws://host/`
        case routeOfWS
        /// `ws://sock.localhost/`
        case host
        /// `--to http://host`
        case to
        /// `--to ws://host`
        case toWS
    }

    let form: Form
    /// Whether the client speaks TLS with the proxy.
    let isClientSecure: Bool
    /// Whether the proxy speaks TLS with the upstream.
    let isUpstreamSecure: Bool

    var testDescription: String {
        "\(form), \(isClientSecure ? "wss" : "ws") to \(isUpstreamSecure ? "wss" : "ws")"
    }

    static let all = Form.allCases.flatMap { form in
        [(false, false), (false, true), (true, false), (true, true)].map {
            WebSocketDoor(form: form, isClientSecure: $0, isUpstreamSecure: $1)
        }
    }

    private var webSocketScheme: String { isUpstreamSecure ? "wss" : "ws" }
    private var httpScheme: String { isUpstreamSecure ? "https" : "http" }

    /// A proxy that has this door to an upstream.
    func proxy(
        to upstream: String,
        authority: CertificateAuthority,
        certificate: Certificate
    ) throws -> ProxyProcess {
        var parts = ["\"upstream\": {\"caFile\": \"\(authority.certificate)\"}"]
        if isClientSecure {
            parts.append(
                """
                "listen": {"tls": {"certificate": "\(certificate.chain)", "privateKey": "\(certificate.key)"}}
                """
            )
        }
        switch form {
        case .route, .host:
            parts.append("\"routes\": [\(route("sock", to: "\(httpScheme)://\(upstream)/"))]")
        case .routeOfWS:
            parts.append("\"routes\": [\(route("socks", to: "\(webSocketScheme)://\(upstream)/"))]")
        default: break
        }
        var launch = ProxyProcess.Launch()
        switch form {
        case .to: launch.arguments += ["--to", "\(httpScheme)://\(upstream)"]
        case .toWS: launch.arguments += ["--to", "\(webSocketScheme)://\(upstream)"]
        default: break
        }
        return try ProxyProcess("{\(parts.joined(separator: ", "))}", launch)
    }

    private func route(_ name: String, to target: String) -> String {
        Gateway.route("/\(name)/", to: target, "\"name\": \"\(name)\", \"hosts\": [\"\(name).localhost\"]")
    }

    /// The URL that stands for the upstream's root.
    func url(_ proxy: ProxyProcess, upstream: String) -> String {
        let host = form == .host ? "sock.localhost" : "localhost"
        let base = "\(isClientSecure ? "wss" : "ws")://\(host):\(proxy.port)/"
        return switch form {
        case .prefix: "\(base)\(webSocketScheme)://\(upstream)/"
        case .prefixHTTP: "\(base)\(httpScheme)://\(upstream)/"
        case .route: base + "sock/"
        case .routeOfWS: base + "socks/"
        case .host, .to, .toWS: base
        }
    }
}
