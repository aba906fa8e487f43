/// The defaults that hang on other values.
extension SettingsLoader {
    /// Settles them, once all layers are known.
    mutating func settleDefaults() {
        if !sources.isGiven(SettingPath("allowedHosts")) {
            for host in settings.listeners.filter({ $0.unix == nil }).map({ $0.hostInURL.lowercased() })
            where !settings.allowedHosts.contains(host) {
                settings.allowedHosts.append(host)
            }
        }
        if settings.guard.allowPrivateNetworks == .loopbackByDefault, settings.firstOpenListener != nil {
            settings.guard.allowPrivateNetworks = .none
        }
        settleRoutes()
        labelRoutes()
        if !sources.isGiven(SettingPath("prefix.cookies")), settings.cors.allowCredentials {
            settings.prefix.cookies = .rescope
        }
        if !settings.clientKeys.isEmpty { settings.cors.allowClientKey() }
    }

    /// Words that stand in metrics for what comes under no route.
    private static let reserved = ["none", "prefix"]

    /// Gives each route the name that metrics show: its own, else its path; neither holds a secret.
    private mutating func labelRoutes() {
        for index in settings.routes.indices {
            let route = settings.routes[index]
            let name = route.name.flatMap { Self.reserved.contains($0) ? nil : $0 }
            settings.routes[index].label = name ?? route.path
        }
    }
}

extension Settings {
    /// The first listener that other machines may reach.
    var firstOpenListener: Int? {
        listeners.firstIndex { $0.unix == nil && !LoopbackHost.matches($0.host) }
    }
}
