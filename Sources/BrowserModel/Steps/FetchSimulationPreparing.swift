import Text

/// What a browser checks before anything is sent.
extension FetchSimulation {
    mutating func checkBeforeAsking() throws(Stop) {
        noteOrigin()
        try checkMixedContent()
        noteLocalNetworkAccess()
        noteHeaders()
        try checkMethod()
        explanation.unsafeHeaders = unsafeHeaders.map(\.name)
    }

    private mutating func noteOrigin() {
        isCrossOrigin = !request.page.isSame(as: url)
        if !isCrossOrigin {
            note(.crossOrigin, "\(url.origin) is the page's own origin: CORS does not apply")
        } else if request.page.isOpaque {
            note(
                .crossOrigin,
                "the page's origin is opaque, so every URL is cross-origin; Origin is \"null\""
            )
        } else {
            note(.crossOrigin, "\(difference) differs, so CORS applies (\(site.rawValue))")
        }
    }

    /// What makes two origins differ, in the order in which people look for it.
    private var difference: String {
        let page = request.page
        if page.scheme != url.scheme { return "the scheme, \(page.scheme) and \(url.scheme)," }
        if page.host != url.host { return "the host, \(page.host) and \(url.host)," }
        return "the port"
    }

    /// - SeeAlso: Mixed Content §4.4 (should fetching request be blocked).
    mutating func checkMixedContent() throws(Stop) {
        guard request.page.scheme == "https" else {
            return note(.mixedContent, "none: the page is not loaded over HTTPS")
        }
        guard !url.isPotentiallyTrustworthy else {
            let isPlain = !url.isSecure
            return note(
                .mixedContent,
                isPlain
                    ? "none: \(url.host) is loopback; Safari blocks it all the same" : "none: both are HTTPS",
                isNoteworthy: isPlain
            )
        }
        if AddressSpace(url.host) == .local {
            return note(
                .mixedContent,
                "Chromium lets plain HTTP to \(url.host) pass once the user allows local network access; Firefox "
                    + "and Safari block it",
                isNoteworthy: true
            )
        }
        throw stop(
            .mixedContent,
            .mixedContent,
            "an HTTPS page may not ask over plain HTTP",
            seen: [url.serialized],
            needed: ["https://\(url.host)\(url.pathAndQuery)"]
        )
    }

    /// - SeeAlso: Local Network Access §3 (integration with Fetch).
    private mutating func noteLocalNetworkAccess() {
        let pageSpace = AddressSpace(request.page.host)
        switch AddressSpace(url.host) {
        case .loopback where pageSpace != .loopback:
            note(.localNetworkAccess, permission("a loopback address"), isNoteworthy: true)
        case .local where pageSpace != .loopback && pageSpace != .local:
            note(.localNetworkAccess, permission("a private address"), isNoteworthy: true)
        case .loopback, .local:
            note(.localNetworkAccess, "not asked for: the page is as near")
        case .publicInternet, .unknown:
            note(.localNetworkAccess, "not asked for, unless the name \(url.host) has a private address")
        }
    }

    private func permission(_ what: String) -> String {
        let isInsecure = request.page.scheme == "http"
        return "\(url.host) is \(what): Chromium asks the user for permission unless the page is as near"
            + (isInsecure ? ", and blocks a plain HTTP page" : "")
    }

    private mutating func noteHeaders() {
        let dropped = request.headers.filter(ScriptHeaders.isForbidden)
        if dropped.isEmpty {
            note(.headers, request.headers.isEmpty ? "the script sets none" : "all may be set by a script")
        } else {
            let names = dropped.map(\.name).joined(separator: ", ")
            note(.headers, "dropped without a word, as no script may set them: \(names)", isNoteworthy: true)
        }
    }

    private mutating func checkMethod() throws(Stop) {
        guard !FetchMethod.isForbidden(request.method) else {
            throw stop(
                .method,
                .forbiddenMethod(request.method),
                "fetch() throws for \(request.method)",
                seen: [request.method],
                needed: ["another method"]
            )
        }
        if method != request.method {
            note(.method, "\(request.method) becomes \(method)")
        } else if method != method.uppercased(), method.uppercased() == "PATCH" {
            note(
                .method,
                "\(method) stays as it is, and is another method than PATCH: only six become upper case. Write PATCH",
                isNoteworthy: true
            )
        } else {
            note(.method, method)
        }
    }
}
