import CORSPolicy
import Text

/// Whom the pattern of a secret gives it to.
extension SecretCheck {
    /// Warns where a rule gives its secret to more than it is likely meant for.
    mutating func checkReach(ofRuleAt index: Int, of secret: SettingPath) {
        let rule = settings.rules[index]
        if rule.url.pattern.meansEveryHost, rule.url != .missing { return warnOfAnyTarget(secret) }
        // Without the prefix form and redirects that are followed, only the targets of routes are asked.
        let isOpen = settings.prefix.isEnabled || settings.routes.contains { $0.redirects.mode == .follow }
        let meetsPlainTarget = settings.routes.indices.contains { number in
            loaded.sendsPlainly(routeAt: number) && loaded.matches(rule, settings.routes[number])
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
        let isPlain = pattern.allowsPlainHTTP && !LoopbackHost.matches(HostAndPort.bare(written.host))
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

    mutating func warnOfAnyTarget(_ secret: SettingPath) {
        add(
            .warning,
            at: secret,
            Fault(
                "Every target that a client names is given this secret.",
                mend: "Move it to a route, or to a rule for the target that it is meant for."
            )
        )
    }
}
