import Synchronization
import TestSupport

/// The browsers that sockets are tried in.
enum BrowserKind: String, CaseIterable, Sendable {
    case chromium, firefox

    static let areThere = Chromium.path != nil && Firefox.path != nil
}

/// Both browsers, the servers of their pages, and a WebSocket server of another hand with and without TLS.
final class SocketStage: Sendable {
    private let authority: CertificateAuthority
    private let certificate: Certificate
    private let chromium: Chromium
    private let firefox: Firefox
    let pages: PageServer
    let plain: PythonWebSocketServer
    let secure: PythonWebSocketServer

    private static let shared = Mutex<Result<SocketStage, any Error>?>(nil)

    /// Runs a suite with a stage of its own.
    static func perform(_ suite: () async throws -> Void) async throws {
        let made = try SocketStage()
        shared.withLock { $0 = .success(made) }
        defer { shared.withLock { $0 = nil } }
        try await suite()
    }

    /// The stage of the suite that runs.
    static func current() throws -> SocketStage {
        guard let stage = try shared.withLock({ try $0?.get() }) else {
            throw SocketError.ended("the suite has no stage")
        }
        return stage
    }

    private init() throws {
        authority = try CertificateAuthority()
        let hosts = ["localhost", "proxy.localhost", "sock.localhost", "socks.localhost"]
        certificate = try authority.issue(
            names: hosts.map { "DNS:\($0)" }.joined(separator: ",") + ",IP:127.0.0.1"
        )
        chromium = try Chromium(trusting: authority.certificate)
        firefox = try Firefox(trusting: authority.certificate)
        pages = try PageServer()
        plain = try PythonWebSocketServer()
        secure = try PythonWebSocketServer(certificate: certificate)
    }

    /// Opens a page of a host.
    func open(_ host: String, in browser: BrowserKind) throws -> any BrowserTab {
        try open(url: "http://\(host):\(pages.port)/", in: browser)
    }

    func open(url: String, in browser: BrowserKind) throws -> any BrowserTab {
        switch browser {
        case .chromium: try chromium.openPage(url)
        case .firefox: try firefox.openPage(url)
        }
    }

    /// A proxy for pages of `app.localhost`, with routes to both servers.
    func proxy(isSecure: Bool = false, to upstream: String? = nil, _ more: String = "") throws -> ProxyProcess
    {
        var parts = [
            #""cors": {"allowedOrigins": ["http://app.localhost:\#(pages.port)"]}"#,
            "\"upstream\": {\"caFile\": \"\(authority.certificate)\"}",
        ]
        if upstream == nil {
            let routes = [("sock", "http://\(plain.authority)/"), ("socks", "wss://\(secure.authority)/")]
                .map { name, target in
                    #"{"path": "/\#(name)/", "name": "\#(name)", "target": "\#(target)"}"#
                }
            parts.append("\"routes\": [\(routes.joined(separator: ", "))]")
        }
        if isSecure {
            parts.append(
                """
                "listen": {"tls": {"certificate": "\(certificate.chain)", "privateKey": "\(certificate.key)"}}
                """
            )
        }
        var launch = ProxyProcess.Launch()
        if let upstream { launch.arguments += ["--to", upstream] }
        if !more.isEmpty { parts.append(more) }
        return try ProxyProcess("{\(parts.joined(separator: ", "))}", launch)
    }
}
