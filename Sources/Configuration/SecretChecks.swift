import CORSPolicy

/// The checks of who could use the secrets that the proxy adds to requests.
extension SettingsLoader {
    /// Refuses secrets at the service of pages of any origin, and warns of those that are given away.
    mutating func checkSecrets() {
        let prefix = SettingPath("prefix.request")
        if settings.prefix.isEnabled, let secret = sources.secret(within: prefix) {
            if isPrefixOpenToAnyOrigin { refuse("secret", secret, of: SettingPath("cors")) }
            if settings.prefix.targets.allowsEveryHost { warnOfAnyTarget(secret) }
        }
        for index in settings.routes.indices { checkSecrets(ofRouteAt: index) }
        for index in settings.rules.indices { checkSecrets(ofRuleAt: index) }
        warnOfShortKeys()
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
        if route.upstream.clientCertificate != nil, isOpenToAnyOrigin(route.cors, route.clientKeys, at: path)
        {
            let certificate = path.appending("upstream").appending("clientCertificate")
            refuse("client certificate", certificate, of: path.appending("cors"))
        }
        let target = sources.secret(within: path.appending("target"))
        guard let secret = target ?? sources.secret(within: path.appending("request")) else { return }
        if isOpenToAnyOrigin(route.cors, route.clientKeys, at: path) {
            refuse("secret", secret, of: path.appending("cors"))
        }
        if let address = address(ofRouteAt: index), route.target.hasPrefix("http:"),
            !validators.isLoopbackHost(address.bareHost)
        {
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
        if TargetSettings(allow: [rule.url]).allowsEveryHost { warnOfAnyTarget(secret) }
        if settings.prefix.isEnabled, isPrefixOpenToAnyOrigin {
            return refuse("secret", secret, of: SettingPath("cors"))
        }
        for (index, route) in settings.routes.enumerated() {
            let path = SettingPath("routes[\(index)]")
            guard isOpenToAnyOrigin(route.cors, route.clientKeys, at: path), mayApply(rule, to: route) else {
                continue
            }
            return refuse("secret", secret, of: path.appending("cors"))
        }
    }

    /// Whether requests of a route may come to meet a rule, a followed redirect included.
    private func mayApply(_ rule: RuleSettings, to route: RouteSettings) -> Bool {
        do throws(Fault) {
            let target = try RouteTarget(route.target)
            return route.redirects.mode == .follow
                || validators.patternMayReach(rule.url, target.scheme, target.authority)
        } catch {
            // The target was refused, which has been told.
            return false
        }
    }

    private var isPrefixOpenToAnyOrigin: Bool {
        isOpenToAnyOrigin(settings.cors, settings.clientKeys, at: SettingPath())
    }

    /// Whether a page of any site could have its requests sent; `path` is where the client keys stand.
    private func isOpenToAnyOrigin(_ cors: CORSConfiguration, _ keys: [Secret], at path: SettingPath) -> Bool
    {
        // Any site can take on the origin "null", by a sandboxed frame.
        (cors.allowedOrigins.contains("*") || cors.allowNullOrigin) && !cors.dangerouslyAllowAnyOrigin
            && keys.isEmpty && !hasError(within: path.appending("clientKeys").description)
    }

    private mutating func refuse(_ noun: String, _ secret: SettingPath, of policy: SettingPath) {
        add(
            .error,
            at: secret,
            Fault(
                "Pages of any origin could use this \(noun): \(policy) lets them all in.",
                mend: "List the origins, ask for clientKeys, or set \(policy).dangerouslyAllowAnyOrigin."
            )
        )
    }

    private mutating func warnOfAnyTarget(_ secret: SettingPath) {
        add(
            .warning,
            at: secret,
            Fault(
                "Every target that a client names is given this secret.",
                mend: "Move it to a route, or to a rule for the target that it is meant for."
            )
        )
    }

    private mutating func warnOfShortKeys() {
        let routes = settings.routes.enumerated().map { ("routes[\($0)].clientKeys", $1.clientKeys) }
        for (path, keys) in [("clientKeys", settings.clientKeys)] + routes {
            for (index, key) in keys.enumerated()
            where key.text.utf8.count < 16 && !hasError(within: "\(path)[\(index)]") {
                add(
                    .warning,
                    at: SettingPath(path).appending(index: index),
                    Fault("A key this short can be guessed.", mend: "Write 16 random characters or more.")
                )
            }
        }
    }
}
