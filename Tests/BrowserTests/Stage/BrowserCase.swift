import Testing

/// What a page does, and what has to come of it: in the browser, at the proxy, at the upstream.
struct BrowserCase: Sendable, CustomTestStringConvertible {
    /// The web platform test that the case is written after, and what it is about.
    let name: String
    let proxy: ProxyKind
    let page: Page
    /// The body of an async function; see `PageScript` for what it may call.
    let script: String
    /// What the function returns, or the name of the exception that it throws.
    let gives: String
    /// What the proxy answered, in its order, as "METHOD status", with the code behind it of an error of its own.
    let proxied: [String]
    /// What reached the upstreams, as `UpstreamJournal` writes it.
    let upstream: [String]
    /// The request fields that `upstream` shows.
    let watching: [String]

    init(
        _ name: String,
        through proxy: ProxyKind = .list,
        from page: Page = .app,
        _ script: String,
        gives: String,
        proxied: [String],
        upstream: [String],
        watching: [String] = []
    ) {
        self.name = name
        self.proxy = proxy
        self.page = page
        self.script = script
        self.gives = gives
        self.proxied = proxied
        self.upstream = upstream
        self.watching = watching
    }

    var testDescription: String { name }

    /// A case whose page is refused: a 403 for each request, and nothing at the upstream.
    static func refused(
        _ name: String,
        through proxy: ProxyKind = .list,
        from page: Page = .stranger,
        _ script: String,
        gives: String = "TypeError",
        proxied: [String] = ["GET 403 origin-denied"],
        upstream: [String] = []
    ) -> BrowserCase {
        BrowserCase(
            name,
            through: proxy,
            from: page,
            script,
            gives: gives,
            proxied: proxied,
            upstream: upstream
        )
    }
}

/// Where a page stands: a host name of this machine, and the server there.
struct Page: Sendable {
    /// The first of the two page servers, the second one, or the proxy itself.
    enum Server: Sendable { case first, second, proxy }

    let host: String
    var server = Server.first
    var path = "/"

    /// On the list.
    static let app = Page(host: "app.localhost")
    /// Covered by `*.shop.localhost`.
    static let shop = Page(host: "a.shop.localhost")
    static let deepShop = Page(host: "b.a.shop.localhost")
    /// Not covered by it.
    static let apex = Page(host: "shop.localhost")
    static let evilShop = Page(host: "evilshop.localhost")
    /// On no list.
    static let stranger = Page(host: "stranger.localhost")
    /// On no list, nor a name of this machine by the looks of it.
    static let foreign = Page(host: "page.example")
    /// As `app`, at another port.
    static let otherPort = Page(host: "app.localhost", server: .second)
    /// The proxy's own host at another port: same-site, so that cookies are sent; on the list.
    static let sibling = Page(host: "proxy.localhost")
    /// The same, not on the list.
    static let strangeSibling = Page(host: "proxy.localhost", server: .second)
    /// The proxy's help page.
    static let help = Page(host: "proxy.localhost", server: .proxy)

    /// The page with response fields, each "Name: value".
    func with(_ fields: String...) -> Page {
        let allowed = Character("a")...Character("z")
        let lines = fields.map { line in
            line.map { allowed.contains($0) ? String($0) : percentEncoded($0) }.joined()
        }
        return Page(host: host, server: server, path: "/?" + lines.joined(separator: "&"))
    }

    private func percentEncoded(_ character: Character) -> String {
        character.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
