import Configuration
import HTTPSyntax
import HTTPTypes
import IPAddresses
import ProxyCore
import Text

/// What the admin listener answers: health, readiness, metrics and the configuration in force.
///
/// For probes and scrapers: no CORS field ever, and no page may have its browser ask.
struct AdminPages: Sendable {
    /// What is answered.
    enum Answer {
        case page(OwnResponse)
        /// The page of metrics, which takes too long for an event loop.
        case metrics
    }

    private static let paths = ["/healthz", "/readyz", "/metrics", "/config"]

    let status: ServerStatus
    private let token: BearerToken?
    private let host: String

    init(_ settings: AdminSettings, status: ServerStatus) {
        self.status = status
        token = settings.token.map { BearerToken($0.text) }
        host = settings.listen.hostInURL.lowercased()
    }

    /// Answers a request.
    func answer(to head: RequestHead, on listener: Listener) -> Answer {
        if let refusal = refusal(of: head, on: listener) { return .page(refusal) }
        let path = String(Substring(head.target.utf8.prefix { $0 != UInt8(ascii: "?") }))
        return path == "/metrics" ? .metrics : .page(page(path))
    }

    private func refusal(of head: RequestHead, on listener: Listener) -> OwnResponse? {
        guard head.method == .get || head.method == .head else {
            return .text(405, "Write GET or HEAD.\n", fields: [(.allow, "GET, HEAD")])
        }
        guard !isFromPage(head.fields) else {
            return .text(403, "Pages are not answered here.\n")
        }
        guard !listener.isLoopback || isOwnHost(head.fields.value(of: .host)) else {
            return .text(421, "This name is not answered here. Ask by 127.0.0.1 or localhost.\n")
        }
        guard token?.isIn(head.fields) != false else {
            return .text(
                401,
                "Send admin.token as Authorization: Bearer.\n",
                fields: [(.wwwAuthenticate, "Bearer")]
            )
        }
        return nil
    }

    private func page(_ path: String) -> OwnResponse {
        switch path {
        case "/healthz":
            return .text(200, "ok\n")
        case "/readyz":
            return status.isReady ? .text(200, "ready\n") : .text(503, "not ready\n")
        case "/config":
            guard let text = status.configuration else { return .text(404, "There is no text of it.\n") }
            return .text(200, Array(text.utf8), type: "application/json; charset=utf-8")
        default:
            return .text(404, Self.paths.map { $0 + "\n" }.joined())
        }
    }

    /// Browsers name the origin of a page that asks, or the site.
    private func isFromPage(_ fields: FieldSection) -> Bool {
        if fields.contains(.origin) { return true }
        guard let site = fields.string(of: .secFetchSite) else { return false }
        return site != "none" && site != "same-origin"
    }

    /// A page of another name that was made to resolve to this machine still sends its own name in Host.
    private func isOwnHost(_ authority: ArraySlice<UInt8>?) -> Bool {
        guard let authority else { return true }
        let octets = authority.prefix(HostAndPort.endOfHost(in: authority.span))
        let name = String(decoding: octets, as: UTF8.self).lowercased()
        return name == host || LoopbackHost.matches(HostAndPort.bare(name))
    }
}
