import Text

/// What browsers do with the cookies of a request and of its response.
///
/// - SeeAlso: RFC 6265bis §5.6 (the SameSite attribute).
struct CookieNotes {
    private let site: SiteRelation
    private let credentials: PageRequest.Credentials
    private let url: RequestURL
    private let page: PageOrigin

    init(site: SiteRelation, credentials: PageRequest.Credentials, url: RequestURL, page: PageOrigin) {
        self.site = site
        self.credentials = credentials
        self.url = url
        self.page = page
    }

    /// Whether the browser's cookies go along at all.
    private var areSent: Bool { credentials == .include || site == .sameOrigin }

    /// One sentence about cookies in general.
    var summary: String {
        guard areSent else { return "none are sent and none are stored: credentials is \"same-origin\"" }
        switch site {
        case .sameOrigin, .sameSite:
            return "those of \(url.host) are sent, SameSite=Lax and Strict too: \(site.rawValue)"
        case .crossSite:
            return
                "third-party: only those with SameSite=None; Secure are sent, and none in Safari, in Firefox "
                + "outside a partition, or where the user blocks third-party cookies"
        }
    }

    /// The URL by which cookies would go along: the same server of this machine, by the name that the page has.
    private var sameSiteURL: String? {
        guard credentials == .include, site == .crossSite, page.scheme == url.scheme,
            AddressSpace(page.host) == .loopback, AddressSpace(url.host) == .loopback
        else { return nil }
        return RequestURL(scheme: url.scheme, host: page.host, port: url.port, pathAndQuery: url.pathAndQuery)
            .serialized
    }

    /// What would make cookies go along.
    var hint: [String] {
        sameSiteURL.map { ["by \($0), the host of the page, they go along"] } ?? []
    }

    /// One sentence for each cookie that the response sets.
    func details(of answer: WireAnswer) -> [String] {
        answer.fields.filter { $0.isNamed("Set-Cookie") }.map { line in
            let parts = line.value.split(separator: ";").map { String(OptionalWhitespace.trimmed($0)) }
            let name = (parts.first ?? "").prefix { $0 != "=" }
            return "Set-Cookie \(name): \(fate(attributes: parts.dropFirst().map { $0.lowercased() }))"
        }
    }

    private func fate(attributes: [String]) -> String {
        guard areSent else { return "ignored" }
        let isSecure = attributes.contains("secure")
        let sameSite = attributes.last { $0.hasPrefix("samesite=") }?.dropFirst(9)
        if isSecure, !url.isPotentiallyTrustworthy { return "refused: Secure over plain HTTP" }
        if sameSite == "none", !isSecure { return "refused: SameSite=None without Secure" }
        guard site == .crossSite, sameSite != "none" else { return "stored" }
        return
            "refused: without SameSite=None; Secure it counts as SameSite=Lax, and the request is cross-site"
    }
}
