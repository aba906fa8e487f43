import HTTPSyntax

/// Requests that lead nowhere, but show what was meant.
extension ProxyRules {
    /// The same refusal with a hint that fits the request better, where there is one.
    ///
    /// - Parameter standing: Who asks: somebody at this machine alone is told the routes.
    func explained(
        _ error: ProxyError,
        at path: Substring,
        _ head: RequestHead,
        toldTo standing: ClientStanding
    ) -> ProxyError {
        guard error.code == .targetHost || error.code == .notFound else { return error }
        // Where there is no prefix form, its hints lead nowhere either.
        let error = prefix == nil ? .noSuchPage : error
        if let meant = meant(by: path, head) {
            return error.hinting(
                "A page or playlist of the proxy names this path without its host, and so it leads to the proxy itself. "
                    + "It means \(meant): ask for that, or give its host a route at \"/\"."
            )
        }
        guard standing == .local, !routes.isEmpty else { return error }
        return error.hinting("\(error.hint) \(routes.summary(basePath: basePath))")
    }

    /// What a path leads to where it is taken for one of the page in Referer, whose own URL leads through the proxy.
    private func meant(by path: Substring, _ head: RequestHead) -> String? {
        guard let referer = head.fields.string(of: .referer), let host = head.fields.string(of: .host),
            let page = Self.path(of: referer[...], at: host)
        else { return nil }
        let below = basePath.dropLast()
        let rest = MisspelledTarget.shownPath(path)
        if let match = routes.match(page, host: nil, basePath: basePath) {
            return match.route.path.isEmpty ? nil : below + match.route.path + rest
        }
        guard page.hasPrefix(basePath),
            let reference = MisspelledTarget.target(of: page.dropFirst(basePath.count))
        else { return nil }
        return "\(below)/\(reference.scheme.rawValue)://\(reference.authority)\(rest)"
    }

    /// The path of a URL whose authority is this one.
    private static func path(of url: Substring, at authority: String) -> Substring? {
        for scheme in ["http://", "https://"] where url.hasPrefix(scheme) {
            let rest = url.dropFirst(scheme.count)
            let end = rest.firstIndex(of: "/") ?? rest.endIndex
            return rest[..<end].lowercased() == authority.lowercased() ? rest[end...] : nil
        }
        return nil
    }
}
