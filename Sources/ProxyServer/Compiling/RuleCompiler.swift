import CORSPolicy
import Configuration
import HTTPSyntax
import ProxyCore
import Upstream

/// Turns validated settings into the rules that requests are planned by.
struct RuleCompiler {
    let settings: Settings
    let suffixes: PublicSuffixList
    /// The ports that are listened on.
    let ownPorts: [UInt16]

    func rules() throws(StartError) -> ProxyRules {
        var routes: [Route] = []
        for (index, route) in settings.routes.enumerated() {
            routes.append(try self.route(route, number: index + 1))
        }
        return ProxyRules(
            allowedHosts: AllowedHosts(
                try settings.allowedHosts.map { text throws(StartError) in
                    try compile { () throws(HostPatternError) in try HostPattern(parsing: text) }
                }
            ),
            basePath: settings.basePath,
            policy: try globalPolicy(),
            prefix: settings.prefix.isEnabled ? try prefix(settings.prefix) : nil,
            routes: RouteTable(routes),
            headerRules: HeaderRules(
                try settings.rules.map { rule throws(StartError) in
                    HeaderRule(
                        pattern: try pattern(rule.url),
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

    private func globalPolicy() throws(StartError) -> CORSPolicy {
        try compile { () throws(CORSConfigurationError) in
            try CORSPolicy(settings.cors, context: settings.policyContext(.system(suffixes)))
        }
    }

    private func prefix(_ prefix: PrefixSettings) throws(StartError) -> PrefixRules {
        PrefixRules(
            targets: TargetRules(
                allow: try prefix.targets.allow.map(pattern),
                deny: try prefix.targets.deny.map(pattern)
            ),
            requiredFields: prefix.requireHeaders,
            redirectsSameOrigin: prefix.redirectSameOrigin,
            forward: ForwardRules(
                number: 0,
                policy: try globalPolicy(),
                clientKeys: ClientKeys(settings.clientKeys.map(\.text)),
                requestEdits: FieldEdits(prefix.request),
                responseEdits: FieldEdits(prefix.response),
                redirects: RedirectMode(prefix.redirects, targets: []),
                cookies: CookieMode(prefix.cookies),
                holdsSecret: prefix.request.setHeaders.contains(where: \.isSecret),
                screen: SecretScreen(of: prefix.request.setHeaders)
            )
        )
    }

    private func route(_ route: RouteSettings, number: Int) throws(StartError) -> Route {
        let target = try target(of: route)
        // Of a target that holds a secret neither the host nor the path is told.
        let hidden = route.isTargetSecret ? [target.origin.host, target.pathAndQuery] : []
        return Route(
            path: route.path,
            hosts: route.hosts,
            target: target,
            rules: ForwardRules(
                number: number,
                policy: try compile { () throws(CORSConfigurationError) in
                    try CORSPolicy(route.cors, context: settings.policyContext(of: route, .system(suffixes)))
                },
                methods: route.methods,
                clientKeys: ClientKeys(route.clientKeys.map(\.text)),
                requestEdits: FieldEdits(route.request),
                queryEdits: QueryEdits(route.setQuery.map { (name: $0.name, value: $0.value) }),
                responseEdits: FieldEdits(route.response),
                redirects: RedirectMode(route.redirects, targets: try route.redirects.targets.map(pattern)),
                cookies: CookieMode(route.cookies),
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

    private func target(of route: RouteSettings) throws(StartError) -> TargetURL {
        guard let separator = route.target.firstRange(of: "://") else {
            throw .configuration("The target of a route is no URL.")
        }
        let rest = route.target[separator.upperBound...]
        let authority = rest.prefix { $0 != "/" }
        let origin = try compile { () throws(TargetURLError) in
            try TargetURLParser().origin(
                scheme: String(route.target[..<separator.lowerBound]),
                authority: String(authority)
            )
        }
        let path = rest[authority.endIndex...]
        return TargetURL(origin: origin, pathAndQuery: path.isEmpty ? "/" : String(path))
    }

    private func pattern(_ text: String) throws(StartError) -> TargetPattern {
        try compile { () throws(TargetPatternError) in try TargetPattern(parsing: text) }
    }

    /// What the configuration has checked compiles; should the two ever differ, the program does not start.
    private func compile<Value, Failure>(_ body: () throws(Failure) -> Value) throws(StartError) -> Value {
        do throws(Failure) {
            return try body()
        } catch {
            throw .configuration("\(error)")
        }
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
