import CORSPolicy
import Text

/// The check of who could use the secrets that the proxy adds to requests.
struct SecretCheck: SettingsCheck {
    var report: CheckReport

    /// What a check of pages is about: the thing that they could use, its place, and the policy that lets them in.
    private struct Subject {
        let noun: String
        let place: SettingPath
        let policy: SettingPath
    }

    /// Refuses secrets at the service of pages that may be anybody's, and warns of those that are given away.
    mutating func check() {
        checkSecretsOfPrefix()
        for index in settings.routes.indices { checkSecrets(ofRouteAt: index) }
        for index in settings.rules.indices { checkSecrets(ofRuleAt: index) }
    }

    private mutating func checkSecretsOfPrefix() {
        guard settings.prefix.isEnabled, let secret = sources.secret(within: SettingPath("prefix.request"))
        else {
            return
        }
        checkPages(ofPrefixFor: "secret", at: secret)
        let patterns = settings.prefix.targets.allow
        guard !settings.prefix.targets.allowsEveryHost else { return warnOfAnyTarget(secret) }
        for (index, pattern) in patterns.enumerated() {
            let place = SettingPath("prefix.targets.allow").appending(index: index)
            if warnOfOpenPattern(pattern, at: place, of: secret) { return }
        }
    }

    private mutating func checkSecrets(ofRouteAt index: Int) {
        let path = SettingPath("routes[\(index)]")
        let route = settings.routes[index]
        if let secret = sources.secret(within: path.appending("response")) {
            add(
                .warning,
                at: secret,
                Fault("A secret in a response is known to every client.", mend: "Remove it.")
            )
        }
        if route.upstream.clientCertificate != nil {
            let certificate = path.appending("upstream").appending("clientCertificate")
            _ = checkPages(ofRouteAt: index, for: "client certificate", at: certificate)
        }
        guard let secret = loaded.secret(ofRouteAt: index) else { return }
        _ = checkPages(ofRouteAt: index, for: "secret", at: secret)
        if loaded.sendsPlainly(routeAt: index) {
            add(
                .warning,
                at: secret,
                Fault(
                    "The secret is sent unencrypted, for everyone on the way to read.",
                    mend: "Write https in the target."
                )
            )
        }
    }

    private mutating func checkSecrets(ofRuleAt index: Int) {
        let rule = settings.rules[index]
        guard let secret = sources.secret(within: SettingPath("rules[\(index)].request")) else { return }
        checkReach(ofRuleAt: index, of: secret)
        if settings.prefix.isEnabled, !checkPages(ofPrefixFor: "secret", at: secret) { return }
        for (number, route) in settings.routes.enumerated() where loaded.mayApply(rule, to: route) {
            guard checkPages(ofRouteAt: number, for: "secret", at: secret) else { return }
        }
    }

    // MARK: Pages

    @discardableResult
    private mutating func checkPages(ofPrefixFor noun: String, at place: SettingPath) -> Bool {
        let subject = Subject(noun: noun, place: place, policy: SettingPath("cors"))
        return check(
            settings.cors,
            loaded.policies.global.credentialRisks,
            asksForKeys: asksForKeys(settings.clientKeys, at: SettingPath()),
            subject
        )
    }

    private mutating func checkPages(
        ofRouteAt index: Int,
        for noun: String,
        at place: SettingPath
    ) -> Bool {
        let path = SettingPath("routes[\(index)]")
        let route = settings.routes[index]
        return check(
            route.cors,
            loaded.policies.routes[index].credentialRisks,
            asksForKeys: asksForKeys(route.clientKeys, at: path),
            Subject(noun: noun, place: place, policy: path.appending("cors"))
        )
    }

    private func asksForKeys(_ keys: [Secret], at path: SettingPath) -> Bool {
        !keys.isEmpty || loaded.hasError(within: path.appending("clientKeys").description)
    }

    /// Whether only pages that have a known owner could use something; if not, that is refused.
    private mutating func check(
        _ cors: CORSConfiguration,
        _ risks: [CredentialRisk],
        asksForKeys: Bool,
        _ subject: Subject
    ) -> Bool {
        guard !asksForKeys, !cors.dangerouslyAllowAnyOrigin else { return true }
        if risks.contains(where: { $0.kind == .anyOrigin || $0.kind == .nullOrigin }) {
            refuseAnyOrigin(subject)
            return false
        }
        // With credentials the policy itself has refused these origins.
        guard !cors.allowCredentials else { return true }
        for risk in risks { refuse(risk, subject) }
        return risks.isEmpty
    }

    private mutating func refuseAnyOrigin(_ subject: Subject) {
        add(
            .error,
            at: subject.place,
            Fault(
                "Pages of any origin could use this \(subject.noun): \(subject.policy) lets them all in.",
                mend:
                    "List the origins, ask for clientKeys, or set \(subject.policy).dangerouslyAllowAnyOrigin."
            )
        )
    }

    private mutating func refuse(_ risk: CredentialRisk, _ subject: Subject) {
        let given = subject.policy.appending("allowedOrigins")
        let policy = sources.isGiven(given) ? subject.policy : SettingPath("cors")
        let place = policy.appending(SettingPath(risk.path))
        // The origin may come of a reference.
        let name = sources.secret(within: policy) == nil ? risk.pattern.quoted : place.description
        let key = "set \(subject.policy)."
        let fault =
            switch risk.kind {
            case .unencrypted:
                Fault(
                    "Pages of \(name) could use this \(subject.noun), and whoever is on the way can change them: they are not encrypted.",
                    mend:
                        "Write https in \(place), ask for clientKeys, or \(key)dangerouslyAllowInsecureOrigins."
                )
            case .publicSuffix(let suffix):
                Fault(
                    "Anyone can have a page below \(suffix.quoted), a public suffix, and could use this \(subject.noun): \(name) lets them in.",
                    mend:
                        "Write a domain of your own in \(place), ask for clientKeys, or \(key)dangerouslyAllowPublicSuffixes."
                )
            case .everyExtension, .anyOrigin, .nullOrigin:
                Fault(
                    "Every extension could use this \(subject.noun): \(name) stands for all of them.",
                    mend:
                        "Write the extension's own origin in \(place), ask for clientKeys, or \(key)dangerouslyAllowAnyOrigin."
                )
            }
        add(.error, at: subject.place, fault)
    }
}
