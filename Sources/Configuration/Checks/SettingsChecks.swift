import IPAddresses
import Text

/// The checks that look at more than one value.
extension SettingsLoader {
    /// Settles the defaults that hang on other values, and checks how the values go together.
    mutating func check() {
        settleDefaults()
        checkListeners()
        compilePolicies()
        checkPolicies()
        checkOpenRelay()
        checkRoutes()
        checkRates()
        checkSecrets()
        checkDocuments()
        warnOfPlainListeners()
        warnOfUnreachableTargets()
        checkAdmin()
        labelRoutes()
        warnOfUnreachableHosts()
        noteBlindGuards()
    }

    /// Whether every listener can be reached from this machine only.
    var listensOnLoopback: Bool { firstOpenListener == nil }

    /// The first listener that other machines may reach.
    private var firstOpenListener: Int? {
        settings.listeners.firstIndex { $0.unix == nil && !LoopbackHost.matches($0.host) }
    }

    private mutating func settleDefaults() {
        if !sources.isGiven(SettingPath("allowedHosts")) {
            for host in settings.listeners.filter({ $0.unix == nil }).map({ $0.hostInURL.lowercased() })
            where !settings.allowedHosts.contains(host) {
                settings.allowedHosts.append(host)
            }
        }
        if settings.guard.allowPrivateNetworks == .loopbackByDefault, !listensOnLoopback {
            settings.guard.allowPrivateNetworks = .none
        }
        settleRoutes()
        if !sources.isGiven(SettingPath("prefix.cookies")), settings.cors.allowCredentials {
            settings.prefix.cookies = .rescope
        }
        if !settings.clientKeys.isEmpty { settings.cors.allowClientKey() }
    }

    /// Whoever reaches a proxy for every target can use it to hide behind, and only browsers tell the truth
    /// about Origin: the policy is no protection here.
    private mutating func checkOpenRelay() {
        guard let index = firstOpenListener, settings.prefix.isEnabled,
            settings.prefix.targets.allowsEveryHost,
            settings.clientKeys.isEmpty, !settings.acceptOpenRelay,
            // What was refused may have been what closes it.
            !hasError(within: "listen", "prefix", "clientKeys", "acceptOpenRelay")
        else { return }
        add(
            .error,
            at: path(ofListener: index, "host"),
            Fault(
                "The prefix form is open to all targets on \(settings.listeners[index].host.quoted): an open relay.",
                mend:
                    "Name targets in prefix.targets.allow, ask for clientKeys, listen on 127.0.0.1, or set acceptOpenRelay."
            )
        )
    }

    private mutating func warnOfUnreachableHosts() {
        guard let index = firstOpenListener, !hasError(within: "listen", "allowedHosts") else { return }
        let isReachable = settings.allowedHosts.contains { host in
            if host == "*" { return true }
            let bare = HostAndPort.bare(host)
            let name = bare.hasPrefix("*.") ? String(bare.dropFirst(2)) : bare
            return !LoopbackHost.matches(name) && IPAddress(name)?.isUnspecified != true
        }
        guard !isReachable else { return }
        let path = SettingPath("allowedHosts")
        let fault = Fault(
            "Only loopback names are answered on \(settings.listeners[index].host.quoted): clients elsewhere get 421.",
            mend: "Add the names that they use, such as \"proxy.example.com\"."
        )
        let source = sources.source(of: sources.isGiven(path) ? path : self.path(ofListener: index, "host"))
        problems.append(Problem(.warning, at: source, path: path.description, fault))
    }

    /// The guard checks the address that is connected to, which is the proxy's own where there is one.
    private mutating func noteBlindGuards() {
        guard settings.guard.allowPrivateNetworks != .all else { return }
        noteBlindGuard(behind: settings.upstream.proxy, at: SettingPath("upstream.proxy"))
        for (index, route) in settings.routes.enumerated()
        where route.upstream.proxy != settings.upstream.proxy {
            let path = SettingPath("routes[\(index)].upstream.proxy")
            noteBlindGuard(behind: route.upstream.proxy, at: path)
        }
    }

    private mutating func noteBlindGuard(behind proxy: UpstreamSettings.Proxy, at path: SettingPath) {
        switch proxy {
        case .none: return
        case .url: break
        case .environment:
            // Upper-case HTTP_PROXY is not read: a CGI server would let clients set it.
            let names = ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
            guard names.contains(where: { environment[$0]?.isEmpty == false }) else { return }
        }
        add(
            .note,
            at: path,
            Fault(
                "Targets are reached through a proxy, so the guard sees the proxy's address only; "
                    + "targets that are private by name or by literal are still refused.",
                mend: "Write \"none\" to connect directly."
            )
        )
    }

    mutating func add(_ severity: Problem.Severity, at path: SettingPath, _ fault: Fault) {
        problems.append(Problem(severity, at: sources.source(of: path), path: path.description, fault))
    }

    /// Whether something at or below one of the paths was refused.
    func hasError(within paths: String...) -> Bool {
        problems.contains { problem in
            problem.severity == .error
                && paths.contains { SettingPath(problem.path).isWithin(SettingPath($0)) }
        }
    }
}
