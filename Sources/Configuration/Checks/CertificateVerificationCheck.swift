/// The check of where certificates are not verified, and of what is sent all the same.
struct CertificateVerificationCheck: SettingsCheck {
    var report: CheckReport

    /// Warns where certificates are not checked, and of each secret that is sent all the same.
    mutating func check() {
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
            if let secret = loaded.secret(ofRouteAt: index) {
                warnOfUncheckedCertificates(at: place, for: secret)
            }
            if settings.prefix.isEnabled, !settings.upstream.verifyTLS { continue }
            for number in settings.rules.indices where loaded.matches(settings.rules[number], route) {
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
