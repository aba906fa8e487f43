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

    mutating func checkMixedContent() throws(Stop) {
        switch MixedContent(request.page, url) {
        case .passed(let reason): note(.mixedContent, reason)
        case .noted(let reason): note(.mixedContent, reason, isNoteworthy: true)
        case .blocked:
            throw stop(
                .mixedContent,
                .mixedContent,
                "an HTTPS page may not ask over plain HTTP",
                seen: [url.serialized],
                needed: ["https://\(url.host)\(url.pathAndQuery)"]
            )
        }
    }

    private mutating func noteLocalNetworkAccess() {
        let access = LocalNetworkAccess(request.page, url)
        note(.localNetworkAccess, access.summary, isNoteworthy: access.isNoteworthy)
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
