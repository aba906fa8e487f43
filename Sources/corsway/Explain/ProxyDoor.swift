import BrowserModel
import Configuration
import IPAddresses
import ProxyServer
import Text

/// Where browsers find the proxy of a configuration, and what of it they ask by which URL.
struct ProxyDoor {
    private let settings: Settings

    init(_ settings: Settings) {
        self.settings = settings
    }

    // MARK: What is the proxy's

    /// Where a request for a URL comes in at the proxy; nil where another server is asked.
    ///
    /// A name that is the proxy's at another scheme or port than a listener's is that of a server in front.
    func entrance(to url: RequestURL) -> DryRun.Entrance? {
        let index = settings.listeners.firstIndex { listen in
            listen.unix == nil && url.scheme == listen.scheme
                && url.port == listen.portInURL && reaches(listen, url.host)
        }
        if let index { return .listener(index) }
        guard !LoopbackHost.matches(url.bareHost), knownHosts.contains(url.host) else { return nil }
        return .front(scheme: url.scheme, authority: url.authority)
    }

    private func reaches(_ listen: ListenSettings, _ host: String) -> Bool {
        if host == listen.hostInURL || knownHosts.contains(host) && !isLoopback(host) { return true }
        let isEverywhere = IPAddress(listen.host)?.isUnspecified == true
        guard isLoopback(host), isEverywhere || LoopbackHost.matches(listen.host) else { return false }
        // A name stands for the addresses of both families; an address is only itself.
        return isEverywhere || !isAddress(host) || listen.host == "localhost"
    }

    /// The names that the file gives the proxy: patterns tell nothing of a single one.
    private var knownHosts: [String] {
        settings.routes.flatMap(\.hosts) + settings.allowedHosts.filter { !$0.hasPrefix("*") }
    }

    private func isLoopback(_ host: String) -> Bool { LoopbackHost.matches(bare(host)) }

    private func isAddress(_ host: String) -> Bool { IPAddress(bare(host)) != nil }

    private func bare(_ host: String) -> String {
        HostAndPort.bare(host)
    }

    // MARK: What a page asks

    /// The URL that stands before those of the prefix form, as a page of some origin writes it best: cookies go
    /// along only where page and proxy have the same host.
    func base(for page: PageOrigin) -> String {
        guard let listen = settings.listeners.first else { return "" }
        guard listen.unix == nil else { return "\(listen.scheme)://localhost\(settings.basePath)" }
        let port = listen.portInURL.map { ":\($0)" } ?? ""
        return "\(listen.scheme)://\(host(of: listen, for: page))\(port)\(settings.basePath)"
    }

    private func host(of listen: ListenSettings, for page: PageOrigin) -> String {
        let isEverywhere = IPAddress(listen.host)?.isUnspecified == true
        guard isEverywhere || LoopbackHost.matches(listen.host) else { return listen.hostInURL }
        let ownHosts = settings.routes.flatMap(\.hosts)
        let candidates = [page.host, "localhost"].filter { !$0.isEmpty && isLoopback($0) }
        let host = candidates.first { host in
            reaches(listen, host) && isAnswered(host) && !ownHosts.contains(host)
        }
        return host ?? (isEverywhere ? "localhost" : listen.hostInURL)
    }

    private func isAnswered(_ host: String) -> Bool {
        settings.allowedHosts.contains { allowed in
            allowed == "*" || allowed == host
                || allowed.hasPrefix("*.") && host.hasSuffix(allowed.dropFirst())
        }
    }

    /// The URL by which a page asks for what the command line names.
    ///
    /// - Parameters:
    ///   - text: A URL of the proxy or of a target; a path of the proxy; or a name of the proxy, perhaps with a path
    ///     behind it.
    ///   - request: What the page asks; its URL is of no account.
    /// - Returns: nil where it is none of these.
    func url(for text: String, by request: PageRequest) -> RequestURL? {
        let page = request.page
        if text.hasPrefix("/") { return ExplainInput.url(base(for: page) + pathBelowBase(text)) }
        guard text.contains("://") else { return named(text) }
        guard let url = ExplainInput.url(text) else { return nil }
        if entrance(to: url) != nil || isUnserved(url) { return url }
        if let own = named(url) { return own }
        if !settings.prefix.isEnabled, let routed = routed(url, from: page) { return routed }
        return ExplainInput.url(base(for: page) + request.written(url))
    }

    /// Whether a URL means the proxy at an address of this machine where it does not listen, such as `[::1]`.
    private func isUnserved(_ url: RequestURL) -> Bool {
        settings.listeners.contains { listen in
            listen.unix == nil && url.scheme == listen.scheme && url.port == listen.portInURL
                && isLoopback(url.host) && isAnswered(url.host)
        }
    }

    /// A path that does not stand below the base path is meant as routes have it.
    private func pathBelowBase(_ path: String) -> Substring {
        path.hasPrefix(settings.basePath) ? path.dropFirst(settings.basePath.count) : path.dropFirst()
    }

    private func named(_ text: String) -> RequestURL? {
        guard let listen = settings.listeners.first, let url = ExplainInput.url("\(listen.scheme)://\(text)")
        else {
            return nil
        }
        // Without a server in front a name is asked where the proxy itself listens.
        if settings.trustedProxies.isEmpty, let own = named(url) { return own }
        return entrance(to: url) != nil ? url : named(url)
    }

    /// Adds the port of the first listener where a name of the proxy on this machine stands without one.
    private func named(_ url: RequestURL) -> RequestURL? {
        guard url.port == nil, let listen = settings.listeners.first, knownHosts.contains(url.host) else {
            return nil
        }
        let whole = RequestURL(
            scheme: listen.scheme,
            host: url.host,
            port: listen.portInURL,
            pathAndQuery: url.pathAndQuery
        )
        return url.scheme == listen.scheme && entrance(to: whole) != nil ? whole : nil
    }

    /// The URL of the route whose target a URL lies below, the longest one's.
    private func routed(_ url: RequestURL, from page: PageOrigin) -> RequestURL? {
        let matches = settings.routes.compactMap {
            route -> (length: Int, route: RouteSettings, rest: String)? in
            let target = RequestURL(route.target.url)
            guard target.origin == url.origin else { return nil }
            let path =
                target.pathAndQuery.hasSuffix("/") ? target.pathAndQuery.dropLast() : target.pathAndQuery[...]
            guard url.pathAndQuery.hasPrefix(path) else { return nil }
            let rest = url.pathAndQuery.dropFirst(path.count)
            guard rest.isEmpty || rest.hasPrefix("/") || rest.hasPrefix("?") else { return nil }
            return (path.count, route, String(rest))
        }
        guard let best = matches.max(by: { $0.length < $1.length }) else { return nil }
        let mount = best.route.path.hasSuffix("/") ? best.route.path.dropLast() : best.route.path[...]
        return ExplainInput.url("\(base(for: page).dropLast())\(mount)\(best.rest)")
    }
}

extension ListenSettings {
    /// The port as a URL has it: nil where it is the scheme's own.
    fileprivate var portInURL: UInt16? {
        let port = port == 0 ? DryRun.usualPort : port
        return port == (scheme == "https" ? 443 : 80) ? nil : port
    }
}

extension RequestURL {
    /// The host without brackets.
    fileprivate var bareHost: String {
        HostAndPort.bare(host)
    }
}
