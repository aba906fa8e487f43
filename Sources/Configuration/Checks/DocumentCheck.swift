/// The check of which routes' pages run as the origin that all paths share.
struct DocumentCheck: SettingsCheck {
    var report: CheckReport

    /// Warns of `own` where the pages that then run can use what is meant for others.
    ///
    /// Browsers send no Origin with a GET to the page's own origin, so no policy stands in between.
    mutating func check() {
        let isPrefixReachable =
            settings.prefix.isEnabled && !settings.routes.contains { $0.path == "/" }
        guard settings.routes.count > 1 || isPrefixReachable, let near = whatPagesMayUse(isPrefixReachable)
        else { return }
        for index in settings.routes.indices where settings.routes[index].documents == .own {
            let path = SettingPath("routes[\(index)].documents")
            add(
                .warning,
                at: path,
                Fault(
                    "Scripts of the route's pages run as the origin of all paths, and may use \(near).",
                    mend: sources.isGiven(path)
                        ? #"Write "sandbox", and give the route hosts of its own for its pages."#
                        : "Write it as a route with hosts of its own into the file."
                )
            )
        }
    }

    /// The first secret, certificate or cookie that a request under the shared hosts may be given.
    private func whatPagesMayUse(_ isPrefixReachable: Bool) -> String? {
        for (index, route) in settings.routes.enumerated() {
            let path = SettingPath("routes[\(index)]")
            if loaded.secret(ofRouteAt: index) != nil { return "the secret of \(path)" }
            if route.upstream.clientCertificate != nil { return "the client certificate of \(path)" }
            if route.cookies == .rescope, route.cors.allowCredentials { return "the cookies of \(path)" }
        }
        for index in settings.rules.indices where holdsSecret(SettingPath("rules[\(index)].request")) {
            return "the secret of rules[\(index)]"
        }
        guard isPrefixReachable else { return nil }
        if holdsSecret(SettingPath("prefix.request")) { return "the secret of prefix" }
        return settings.prefix.cookies == .rescope && settings.cors.allowCredentials
            ? "the cookies of prefix" : nil
    }

    private func holdsSecret(_ path: SettingPath) -> Bool { sources.secret(within: path) != nil }
}
