/// Whether Chromium asks its user before a page reaches a host.
///
/// - SeeAlso: Local Network Access §3 (integration with Fetch).
struct LocalNetworkAccess {
    /// One sentence, without a full stop.
    let summary: String
    let isNoteworthy: Bool

    init(_ page: PageOrigin, _ url: RequestURL) {
        let pageSpace = AddressSpace(page.host)
        switch AddressSpace(url.host) {
        case .loopback where pageSpace != .loopback:
            summary = Self.permission(of: page, for: url, being: "a loopback address")
            isNoteworthy = true
        case .local where pageSpace != .loopback && pageSpace != .local:
            summary = Self.permission(of: page, for: url, being: "a private address")
            isNoteworthy = true
        case .loopback, .local:
            summary = "not asked for: the page is as near"
            isNoteworthy = false
        case .publicInternet, .unknown:
            summary = "not asked for, unless the name \(url.host) has a private address"
            isNoteworthy = false
        }
    }

    private static func permission(of page: PageOrigin, for url: RequestURL, being what: String) -> String {
        "\(url.host) is \(what): Chromium asks the user for permission unless the page is as near"
            + (page.scheme == "http" ? ", and blocks a plain HTTP page" : "")
    }
}
