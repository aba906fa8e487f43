/// How a page's site and a URL's stand to each other: the value of Sec-Fetch-Site.
///
/// - SeeAlso: Fetch Metadata §2.3; HTML §7.1.1 (schemelessly same site).
enum SiteRelation: String, Sendable, Hashable {
    case sameOrigin = "same-origin"
    case sameSite = "same-site"
    case crossSite = "cross-site"

    init(_ page: PageOrigin, _ url: RequestURL, isPublicSuffix: (String) -> Bool) {
        if page.isSame(as: url) {
            self = .sameOrigin
        } else if page.scheme == url.scheme,
            Self.site(of: page.host, isPublicSuffix) == Self.site(of: url.host, isPublicSuffix)
        {
            self = .sameSite
        } else {
            self = .crossSite
        }
    }

    /// The registrable domain of a host: one label more than the public suffix that it ends in.
    private static func site(of host: String, _ isPublicSuffix: (String) -> Bool) -> String {
        let isAddress = AddressSpace(host) == .publicInternet || AddressSpace(host) == .local
        guard !isAddress, !isPublicSuffix(host) else { return host }
        var rest = host[...]
        while let dot = rest.firstIndex(of: ".") {
            let parent = rest[rest.index(after: dot)...]
            if isPublicSuffix(String(parent)) { return String(rest) }
            rest = parent
        }
        return host
    }
}
