import CORSPolicy
import Text

/// The checks of where secrets go, and who could read them on the way.
extension SettingsLoader {
    // MARK: Patterns

    /// Warns where a rule gives its secret to more than it is likely meant for.
    mutating func checkReach(ofRuleAt index: Int, of secret: SettingPath) {
        let rule = settings.rules[index]
        if rule.url.pattern.meansEveryHost, rule.url != .missing { return warnOfAnyTarget(secret) }
        // Without the prefix form and redirects that are followed, only the targets of routes are asked.
        let isOpen = settings.prefix.isEnabled || settings.routes.contains { $0.redirects.mode == .follow }
        let meetsPlainTarget = settings.routes.indices.contains { number in
            sendsPlainly(routeAt: number) && matches(rule, settings.routes[number])
        }
        guard isOpen || meetsPlainTarget else { return }
        let place = SettingPath("rules[\(index)].match.url")
        _ = warnOfOpenPattern(rule.url, at: place, of: secret)
    }

    /// Warns of a pattern that gives a secret to plain http or to any port; false where it does neither.
    mutating func warnOfOpenPattern(_ written: WrittenPattern, at place: SettingPath, of secret: SettingPath)
        -> Bool
    {
        let pattern = written.pattern
        let isPlain = pattern.allowsPlainHTTP && !LoopbackHost.matches(HostAndPort.bare(pattern.hostText))
        let name = written.text.quoted
        let text: (message: String, mend: String)
        switch (isPlain, pattern.allowsEveryPort) {
        case (false, false): return false
        case (true, true):
            text = (
                "The secret goes to every port of \(name), and over plain http for everyone on the way to read.",
                "Write https:// before the host in \(place)."
            )
        case (true, false):
            text = (
                "The secret goes to \(name) over plain http too, for everyone on the way to read.",
                "Write https:// before the host in \(place)."
            )
        case (false, true):
            text = ("The secret goes to every port of \(name).", "Name the scheme and the port in \(place).")
        }
        add(.warning, at: secret, Fault(text.message, mend: text.mend))
        return true
    }

    /// Whether requests of a route leave this machine without TLS.
    func sendsPlainly(routeAt index: Int) -> Bool {
        let target = settings.routes[index].target
        return !target.isMissing && target.url.origin.scheme == .http
            && !LoopbackHost.matches(target.url.origin.bareHost)
    }

    // MARK: Certificates

    /// Warns where certificates are not checked, and of each secret that is sent all the same.
    mutating func checkWays() {
        let global = SettingPath("upstream.verifyTLS")
        if !settings.upstream.verifyTLS {
            warnOfUncheckedCertificates(at: global)
            for path in ["prefix.request"] + settings.rules.indices.map({ "rules[\($0)].request" }) {
                guard settings.prefix.isEnabled, let secret = sources.secret(within: SettingPath(path)) else {
                    continue
                }
                warnOfUncheckedCertificates(at: global, for: secret)
            }
        }
        for (index, route) in settings.routes.enumerated() where !route.upstream.verifyTLS {
            let own = SettingPath("routes[\(index)].upstream.verifyTLS")
            let place = sources.isGiven(own) ? own : global
            if sources.isGiven(own) { warnOfUncheckedCertificates(at: own) }
            guard route.target.url.origin.scheme == .https else { continue }
            if let secret = secret(ofRouteAt: index) { warnOfUncheckedCertificates(at: place, for: secret) }
            if settings.prefix.isEnabled, !settings.upstream.verifyTLS { continue }
            for number in settings.rules.indices where matches(settings.rules[number], route) {
                guard let secret = sources.secret(within: SettingPath("rules[\(number)].request")) else {
                    continue
                }
                warnOfUncheckedCertificates(at: place, for: secret)
            }
        }
    }

    private mutating func warnOfUncheckedCertificates(at place: SettingPath) {
        add(
            .warning,
            at: place,
            Fault(
                "Certificates are not checked, so whoever is on the way can read and change everything.",
                mend: "Set it to true, and name the authority to trust in caFile."
            )
        )
    }

    private mutating func warnOfUncheckedCertificates(at place: SettingPath, for secret: SettingPath) {
        add(
            .warning,
            at: secret,
            Fault(
                "The secret is given to whoever answers for the target: \(place) is false, so certificates are not checked.",
                mend: "Set \(place) to true, and name the authority to trust in caFile."
            )
        )
    }
}
