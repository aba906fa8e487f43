import Configuration
import ProxyCore

/// Turns checked settings into the rules that requests are planned by; what can be wrong is parsed already.
struct RuleCompiler {
    let settings: Settings
    /// The ports that are listened on.
    let ownPorts: [UInt16]

    func rules() -> ProxyRules {
        ProxyRules(
            allowedHosts: AllowedHosts(settings.allowedHosts.map { HostPattern(canonical: $0) }),
            basePath: settings.basePath,
            policy: settings.policy.value,
            prefix: settings.prefix.isEnabled ? prefix(settings.prefix) : nil,
            routes: RouteTable(
                settings.routes.enumerated().map { index, route in self.route(route, number: index + 1) }
            ),
            headerRules: HeaderRules(
                settings.rules.map { rule in
                    HeaderRule(
                        pattern: rule.url.pattern,
                        methods: rule.methods,
                        requestEdits: FieldEdits(rule.request),
                        responseEdits: FieldEdits(rule.response),
                        addsSecrets: rule.request.setHeaders.contains(where: \.isSecret)
                    )
                }
            ),
            ruleScreen: SecretScreen(of: settings.rules.flatMap(\.request.setHeaders)),
            ownPorts: ownPorts,
            refusesUntrustedForwarders: settings.isUntouchedDefault,
            hasFile: !settings.files.isEmpty
        )
    }

    private func prefix(_ prefix: PrefixSettings) -> PrefixRules {
        PrefixRules(
            targets: TargetRules(
                allow: prefix.targets.allow.map(\.pattern),
                deny: prefix.targets.deny.map(\.pattern)
            ),
            requiredFields: prefix.requireHeaders,
            redirectsSameOrigin: prefix.redirectSameOrigin,
            forward: ForwardRules(
                number: 0,
                policy: settings.policy.value,
                clientKeys: ClientKeys(settings.clientKeys.map(\.text)),
                requestEdits: FieldEdits(prefix.request),
                responseEdits: FieldEdits(prefix.response),
                redirects: RedirectMode(prefix.redirects, targets: []),
                cookies: CookieMode(prefix.cookies),
                acceptsWebSockets: prefix.webSockets,
                sentOrigin: settings.upstream.origin,
                holdsSecret: prefix.request.setHeaders.contains(where: \.isSecret),
                screen: SecretScreen(of: prefix.request.setHeaders)
            )
        )
    }

    private func route(_ route: RouteSettings, number: Int) -> Route {
        let target = route.target.url
        // Of a target that holds a secret neither the host nor the path is told.
        let hidden = route.isTargetSecret ? [target.origin.host, target.pathAndQuery] : []
        return Route(
            path: route.path,
            hosts: route.hosts,
            target: target,
            rules: ForwardRules(
                number: number,
                policy: route.policy.value,
                methods: route.methods,
                clientKeys: ClientKeys(route.clientKeys.map(\.text)),
                requestEdits: FieldEdits(route.request),
                queryEdits: QueryEdits(route.setQuery.map { (name: $0.name, value: $0.value) }),
                responseEdits: FieldEdits(route.response),
                redirects: RedirectMode(route.redirects, targets: route.redirects.targets.map(\.pattern)),
                cookies: CookieMode(route.cookies),
                acceptsWebSockets: route.webSockets,
                sentOrigin: route.upstream.origin,
                documents: DocumentOrigin(route.documents),
                holdsSecret: route.isTargetSecret || route.upstream.clientCertificate != nil
                    || (route.request.setHeaders + route.setQuery).contains(where: \.isSecret),
                screen: SecretScreen(
                    of: route.request.setHeaders + route.setQuery,
                    and: route.targetSecrets
                ),
                targetScreen: SecretScreen(hidden),
                hidesTarget: route.isTargetSecret
            )
        )
    }
}

extension SecretScreen {
    /// The secrets of fields and parameters, each by itself and with what stands around it.
    fileprivate init(of fields: [FieldRules.Field], and more: [String] = []) {
        let secrets = fields.filter(\.isSecret).flatMap { field in
            field.secrets + [field.value] + BasicCredentials.secrets(in: field.value)
        }
        self.init(more + secrets)
    }
}

extension FieldEdits {
    fileprivate init(_ rules: FieldRules) {
        self.init(
            removals: rules.removeHeaders,
            additions: rules.setHeaders.map { (name: $0.name, value: $0.value) }
        )
    }
}

extension RedirectMode {
    fileprivate init(_ settings: RedirectSettings, targets: [TargetPattern]) {
        self =
            switch settings.mode {
            case .follow: .follow(maximum: settings.max, targets: TargetPatternSet(targets))
            case .rewrite: .rewrite
            case .pass: .pass
            }
    }
}

extension CookieMode {
    fileprivate init(_ handling: CookieHandling) {
        self =
            switch handling {
            case .strip: .strip
            case .rescope: .rescope
            }
    }
}

extension DocumentOrigin {
    fileprivate init(_ handling: DocumentHandling?) {
        self =
            switch handling {
            case nil: .byHost
            case .sandbox: .opaque
            case .own: .own
            }
    }
}
