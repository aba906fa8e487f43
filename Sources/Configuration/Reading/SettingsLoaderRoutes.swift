import CORSPolicy
import Text

/// What a route takes from elsewhere where it does not say it itself.
extension SettingsLoader {
    /// Settles the policies, the hosts and the cookies of routes; the global policy must be as it was written.
    mutating func settleRoutes() {
        for index in settings.routes.indices {
            let path = SettingPath("routes[\(index)]")
            // Given `&settings.routes[index]`, the method would hold a second copy of all routes.
            var inheriting = settings.routes[index]
            inheritGlobal(at: path, to: &inheriting)
            settings.routes[index] = inheriting
            if !sources.isGiven(path.appending("hosts")) { giveOwnHost(toRouteAt: index) }
            let route = settings.routes[index]
            if !sources.isGiven(path.appending("cookies")),
                route.cors.allowCredentials || !route.hosts.isEmpty
            {
                settings.routes[index].cookies = .rescope
            }
            if !route.clientKeys.isEmpty { settings.routes[index].cors.allowClientKey() }
        }
        for host in settings.routes.flatMap(\.hosts) where !settings.answers(host) {
            settings.allowedHosts.append(host)
        }
    }

    private func inheritGlobal(at path: SettingPath, to route: inout RouteSettings) {
        let cors = path.appending("cors")
        CORSConfiguration.section.inherit(from: settings.cors, to: &route.cors) {
            sources.isGiven(cors.appending($0))
        }
        if sources.isGiven(cors) {
            let keys = CORSConfiguration.section.keys.map(\.name)
            route.corsPlace = .route(
                cors.description,
                ownKeys: Set(keys.filter { sources.isGiven(cors.appending($0)) })
            )
        }
        let upstream = path.appending("upstream")
        UpstreamSettings.section.inherit(from: settings.upstream, to: &route.upstream) {
            sources.isGiven(upstream.appending($0))
        }
    }

    /// Serves a named route at `NAME.localhost` too, unless that host is another's or is not answered at all.
    private mutating func giveOwnHost(toRouteAt index: Int) {
        guard let name = settings.routes[index].name, DomainName.isLabel(name.lowercased().utf8) else {
            return
        }
        let host = "\(name.lowercased()).localhost"
        let isTaken = settings.routes.contains { $0.hosts.contains(host) }
        if !isTaken, settings.answers(host) { settings.routes[index].hosts = [host] }
    }
}

extension Settings {
    /// Whether a host, other than an address, is among those that are answered.
    fileprivate func answers(_ host: String) -> Bool {
        allowedHosts.contains { allowed in
            allowed == "*" || allowed == host
                || allowed.hasPrefix("*.") && host.hasSuffix(allowed.dropFirst())
                    && host.utf8.count > allowed.utf8.count - 1
        }
    }
}

extension CORSConfiguration {
    /// Lets scripts send X-Proxy-Key.
    mutating func allowClientKey() {
        guard !allowedHeaders.contains("*"),
            !allowedHeaders.contains(where: { $0.lowercased() == "x-proxy-key" })
        else { return }
        allowedHeaders.append("X-Proxy-Key")
    }
}
