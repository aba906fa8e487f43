import HTTPSyntax
import IPAddresses
import Text

/// The check of routes against each other and against the rest.
struct RouteCheck: SettingsCheck {
    var report: CheckReport

    /// Checks what each route means beside the others.
    mutating func check() {
        checkOverlaps()
        checkCookies()
        for index in settings.routes.indices {
            checkTarget(ofRouteAt: index)
            checkCertificate(ofRouteAt: index)
            warnOfIdleRedirectTargets(ofRouteAt: index)
        }
        warnOfHiddenPrefixForm()
    }

    // MARK: Overlaps

    /// Refuses what would leave open which of two routes is meant.
    private mutating func checkOverlaps() {
        var paths: [String: Int] = [:]
        var names: [String: Int] = [:]
        var hosts: [String: Int] = [:]
        for (index, route) in settings.routes.enumerated() {
            let setting = SettingPath("routes[\(index)]")
            // `/a` and `/a/` match the same segments.
            let path = route.path.hasSuffix("/") ? String(route.path.dropLast()) : route.path
            // A path that was refused has left its initial value.
            if !route.path.isEmpty, let other = paths.updateIfAbsent(path, index) {
                refuseDouble("This is the path", of: other, at: setting.appending("path"))
            }
            if let name = route.name, let other = names.updateIfAbsent(name.lowercased(), index) {
                refuseDouble("This is the name", of: other, at: setting.appending("name"))
            }
            for (position, host) in route.hosts.enumerated() {
                if let other = hosts.updateIfAbsent(host, index) {
                    let element = setting.appending("hosts").appending(index: position)
                    refuseDouble("This is a host", of: other, at: element)
                }
            }
        }
    }

    private mutating func refuseDouble(_ subject: String, of other: Int, at path: SettingPath) {
        add(.error, at: path, Fault("\(subject) of routes[\(other)] too.", mend: "Change one of the two."))
    }

    // MARK: Cookies

    /// Without credentials a browser sends cookies to a host name of the route's own only.
    private mutating func checkCookies() {
        if settings.prefix.isEnabled, settings.prefix.cookies == .rescope, !settings.cors.allowCredentials {
            refuseRescope(at: SettingPath("prefix"), mend: "Set cors.allowCredentials, or write \"strip\".")
        }
        for (index, route) in settings.routes.enumerated() {
            let path = SettingPath("routes[\(index)]")
            guard sources.isGiven(path.appending("cookies")), route.cookies == .rescope,
                !route.cors.allowCredentials,
                !sources.isGiven(path.appending("hosts")) || route.hosts.isEmpty
            else { continue }
            refuseRescope(
                at: path,
                mend: "Set \(route.corsPlace.path(of: "allowCredentials")), give the route hosts of its own, "
                    + "or write \"strip\"."
            )
        }
    }

    private mutating func refuseRescope(at path: SettingPath, mend: String) {
        add(
            .error,
            at: path.appending("cookies"),
            Fault("Cookies cannot be kept where the policy allows no credentials.", mend: mend)
        )
    }

    // MARK: Targets

    private mutating func checkTarget(ofRouteAt index: Int) {
        let path = SettingPath("routes[\(index)].target")
        let target = settings.routes[index].target
        guard !target.isMissing, pointsAtProxy(target.url.origin) else { return }
        add(
            .warning,
            at: path,
            Fault(
                "The route leads to the proxy itself, which answers its own requests with 508.",
                mend: "Name another host or port."
            )
        )
    }

    private func pointsAtProxy(_ origin: TargetOrigin) -> Bool {
        settings.listeners.contains { pointsAt($0, origin) }
    }

    private func pointsAt(_ listen: ListenSettings, _ origin: TargetOrigin) -> Bool {
        guard listen.unix == nil, origin.port == listen.port else { return false }
        let host = origin.bareHost
        if host == listen.host { return true }
        guard IPAddress(listen.host)?.isUnspecified == true else {
            return LoopbackHost.matches(listen.host) && IPAddress(host) == nil
                && LoopbackHost.matches(host)
        }
        return LoopbackHost.matches(host) || settings.allowedHosts.contains(origin.host)
    }

    private mutating func checkCertificate(ofRouteAt index: Int) {
        let path = SettingPath("routes[\(index)].upstream")
        let upstream = settings.routes[index].upstream
        guard upstream.clientKey != nil, upstream.clientCertificate == nil,
            !loaded.hasError(within: "\(path).clientCertificate")
        else { return }
        add(
            .error,
            at: path.appending("clientKey"),
            Fault("The key has no certificate.", mend: "Name one in clientCertificate.")
        )
    }

    private mutating func warnOfIdleRedirectTargets(ofRouteAt index: Int) {
        let redirects = settings.routes[index].redirects
        guard !redirects.targets.isEmpty, redirects.mode != .follow else { return }
        add(
            .warning,
            at: SettingPath("routes[\(index)].redirects.targets"),
            Fault("No redirect of the route is followed.", mend: #"Set mode to "follow", or remove it."#)
        )
    }

    // MARK: The prefix form

    private mutating func warnOfHiddenPrefixForm() {
        guard settings.prefix.isEnabled, let index = settings.routes.firstIndex(where: { $0.path == "/" })
        else { return }
        add(
            .warning,
            at: SettingPath("routes[\(index)].path"),
            Fault(
                "The route takes every path, so the prefix form is never reached.",
                mend: "Write a longer path, or set prefix.enabled to false."
            )
        )
    }
}

extension [String: Int] {
    /// The value that a key has already; where it has none, it is set and nil is returned.
    fileprivate mutating func updateIfAbsent(_ key: String, _ value: Int) -> Int? {
        if let known = self[key] { return known }
        self[key] = value
        return nil
    }
}
