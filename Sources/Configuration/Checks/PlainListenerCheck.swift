import CORSPolicy

/// The check of what pages of any site can have done over plain http.
struct PlainListenerCheck: SettingsCheck {
    var report: CheckReport

    /// Warns of secrets and cookies that are reached without TLS from other machines.
    ///
    /// There browsers send no Sec-Fetch-Site, by which an image or a form of a foreign site is told: its request
    /// comes without Origin, and so looks like one of a program.
    mutating func check() {
        guard settings.trustedProxies.isEmpty, !loaded.hasError(within: "listen", "trustedProxies"),
            settings.listeners.contains(where: isPlainAndOpen)
        else { return }
        if settings.prefix.isEnabled, isExposed(settings.cors, settings.clientKeys) {
            let secret = sources.secret(within: SettingPath("prefix.request"))
            warn(
                ofSecret: secret,
                orCookies: settings.prefix.cookies,
                at: SettingPath("prefix"),
                of: [.global]
            )
        }
        for (index, route) in settings.routes.enumerated() where isExposed(route.cors, route.clientKeys) {
            let path = SettingPath("routes[\(index)]")
            let secret = credential(ofRouteAt: index)
            warn(ofSecret: secret, orCookies: route.cookies, at: path, of: [route.corsPlace])
        }
        for (index, rule) in settings.rules.enumerated() {
            let path = SettingPath("rules[\(index)].request")
            warn(
                ofSecret: sources.secret(within: path),
                orCookies: .strip,
                at: path,
                of: places(exposing: rule)
            )
        }
    }

    /// Where the policies stand that expose requests which a rule may come to meet, each once.
    private func places(exposing rule: RuleSettings) -> [PolicyPlace] {
        var places: [PolicyPlace] = []
        if settings.prefix.isEnabled, isExposed(settings.cors, settings.clientKeys) { places.append(.global) }
        for route in settings.routes
        where isExposed(route.cors, route.clientKeys) && loaded.mayApply(rule, to: route) {
            if !places.contains(route.corsPlace) { places.append(route.corsPlace) }
        }
        return places
    }

    private func isPlainAndOpen(_ listener: ListenSettings) -> Bool {
        listener.unix == nil && listener.tls.isEmpty && !LoopbackHost.matches(listener.host)
    }

    /// Whether requests without Origin are served that only Sec-Fetch-Site would tell to be a foreign page's.
    ///
    /// A policy for any origin lets such pages in by itself, and is checked where secrets are.
    private func isExposed(_ cors: CORSConfiguration, _ keys: [Secret]) -> Bool {
        !cors.requireOrigin && keys.isEmpty && !cors.allowedOrigins.contains("*")
    }

    /// What a route's requests are given that pages must not have.
    private func credential(ofRouteAt index: Int) -> SettingPath? {
        let path = SettingPath("routes[\(index)]")
        if settings.routes[index].upstream.clientCertificate != nil {
            return path.appending("upstream").appending("clientCertificate")
        }
        return loaded.secret(ofRouteAt: index)
    }

    /// - Parameter places: Where the policies stand by which requests are exposed; with none there is nothing to warn of.
    private mutating func warn(
        ofSecret secret: SettingPath?,
        orCookies cookies: CookieHandling,
        at path: SettingPath,
        of places: [PolicyPlace]
    ) {
        guard !places.isEmpty, secret != nil || cookies == .rescope else { return }
        let keys = places.map { $0.path(of: "requireOrigin") }.joined(separator: " and ")
        add(
            .warning,
            at: secret ?? path.appending("cookies"),
            Fault(
                "By plain http off loopback a browser does not tell whose image or form makes a request: "
                    + "any site can have one made with this \(secret == nil ? "cookie" : "secret").",
                mend:
                    "Serve https (listen.tls, or a server in front in trustedProxies), set \(keys), or ask for clientKeys."
            )
        )
    }
}
