/// Whether a page may ask a URL at all, as it was loaded itself.
///
/// - SeeAlso: Mixed Content §4.4 (should fetching request be blocked).
enum MixedContent: Sendable, Hashable {
    /// It may, for this reason.
    case passed(String)
    /// It may, but not in every browser.
    case noted(String)
    /// The page was loaded over HTTPS, and the way to the URL is not safe.
    case blocked

    init(_ page: PageOrigin, _ url: RequestURL) {
        guard page.scheme == "https" else {
            self = .passed("none: the page is not loaded over HTTPS")
            return
        }
        if url.isPotentiallyTrustworthy {
            self =
                url.isSecure
                ? .passed("none: both are HTTPS")
                : .noted("none: \(url.host) is loopback; Safari blocks it all the same")
        } else if AddressSpace(url.host) == .local {
            self = .noted(
                "Chromium lets plain HTTP to \(url.host) pass once the user allows local network access; Firefox "
                    + "and Safari block it"
            )
        } else {
            self = .blocked
        }
    }
}
