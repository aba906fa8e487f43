import CORSPolicy
import IPAddresses

/// The checks that `CORSPolicy` makes.
extension SettingsLoader {
    /// Compiles each policy once: for what is served, and for what there is to say about it.
    mutating func compilePolicies() {
        let global = CORSCompilation(settings.cors, context: settings.policyContext(validators))
        let context = settings.routePolicyContext(validators)
        policies = [global]
        settings.policy = Compiled(global.policy)
        for index in settings.routes.indices {
            let route = settings.routes[index]
            let isGlobal = route.corsPlace == .global && route.hosts.isEmpty && route.cors == settings.cors
            let own = isGlobal ? global : CORSCompilation(route.cors, context: context.narrowed(to: route))
            policies.append(own)
            settings.routes[index].policy = Compiled(own.policy)
        }
    }

    /// Tells what there is to say about each policy.
    mutating func checkPolicies() {
        let global = policies[0]
        let told = global.errors.isEmpty ? global.warnings : []
        report(global.errors, .error, at: SettingPath("cors"))
        report(told, .warning, at: SettingPath("cors"))
        for (index, own) in policies.dropFirst().enumerated() {
            let path = SettingPath("routes[\(index)].cors")
            report(own.errors.filter { isNew($0, at: path, beside: global.errors) }, .error, at: path)
            guard sources.isGiven(path), own.errors.isEmpty else { continue }
            report(own.warnings.filter { isNew($0, at: path, beside: told) }, .warning, at: path)
        }
    }

    /// Whether a finding has not been told of the global policy, to which the route leaves the key.
    private func isNew(_ problem: CORSProblem, at path: SettingPath, beside known: [CORSProblem]) -> Bool {
        !known.contains(problem) || sources.isGiven(path.appending(SettingPath(problem.path)))
    }

    private mutating func report(
        _ problems: [CORSProblem],
        _ severity: Problem.Severity,
        at path: SettingPath
    ) {
        // The words of one finding may show several values.
        let isSecret = sources.secret(within: path) != nil
        for problem in problems {
            let fault = isSecret ? Fault.hidden : Fault(problem.message, mend: problem.mend)
            add(severity, at: path.appending(SettingPath(problem.path)), fault)
        }
    }

    /// Compiles the lists of origins that rate limits leave out.
    mutating func checkRates() {
        let context = settings.routePolicyContext(validators)
        if let rate = settings.limits.rate {
            let keys = settings.clientKeys.isEmpty && settings.routes.allSatisfy(\.clientKeys.isEmpty)
            let exempt = exemptOrigins(of: rate, context, at: SettingPath("limits.rate"), asksForKeys: !keys)
            settings.limits.rate?.exemptOrigins = Compiled(exempt)
        }
        for (index, route) in settings.routes.enumerated() {
            guard let rate = route.rate else { continue }
            let path = SettingPath("routes[\(index)].rate")
            let exempt = exemptOrigins(of: rate, context, at: path, asksForKeys: !route.clientKeys.isEmpty)
            settings.routes[index].rate?.exemptOrigins = Compiled(exempt)
        }
    }

    private mutating func exemptOrigins(
        of rate: RateSettings,
        _ context: CORSPolicyContext,
        at path: SettingPath,
        asksForKeys: Bool
    ) -> OriginSet? {
        var exempt: OriginSet?
        do throws(CORSConfigurationError) {
            exempt = try OriginSet(patterns: rate.exempt, path: "exempt", context: context)
        } catch {
            report(error.problems, .error, at: path)
        }
        if rate.key == .clientKey, !asksForKeys {
            add(
                .error,
                at: path.appending("key"),
                Fault("No client key is asked for.", mend: "Set clientKeys, or write \"ip\".")
            )
        }
        return rate.exempt.isEmpty ? nil : exempt
    }
}

extension Settings {
    /// What `CORSPolicy` has to know beside its configuration.
    func policyContext(_ validators: Validators) -> CORSPolicyContext {
        CORSPolicyContext(
            canonicalHost: validators.canonicalHost,
            isPublicSuffix: validators.isPublicSuffix,
            ownOrigins: ownOrigins(validators),
            coversPrefixForm: prefix.isEnabled,
            foreignHosts: routes.flatMap(\.hosts),
            place: files.isEmpty ? .commandLine : .global
        )
    }

    /// What lists of origins beside the policies have to be compiled in.
    func routePolicyContext(_ validators: Validators) -> CORSPolicyContext {
        var context = policyContext(validators)
        context.coversPrefixForm = false
        return context
    }

    /// The origins under which a browser sees the proxy itself; none where the port is not known yet.
    ///
    /// Those of routes' own hosts are not among them: to other routes they are origins like any other.
    private func ownOrigins(_ validators: Validators) -> [String] {
        listeners.filter { $0.unix == nil && $0.port != 0 }.flatMap { listen in
            var hosts = [listen.hostInURL]
            if LoopbackHost.matches(listen.host) || IPAddress(listen.host)?.isUnspecified == true {
                hosts += ["localhost", "127.0.0.1", "[::1]"].filter { $0 != listen.hostInURL }
            }
            return hosts.map { listen.origin(ofHost: $0) }
        }
    }
}

extension CORSPolicyContext {
    /// What the policy of a route has to be compiled in: the pages under its own hosts are its target's.
    fileprivate func narrowed(to route: RouteSettings) -> CORSPolicyContext {
        var context = self
        if !route.hosts.isEmpty { context.foreignHosts.removeAll { route.hosts.contains($0) } }
        if route.corsPlace != .global { context.place = route.corsPlace }
        return context
    }
}
