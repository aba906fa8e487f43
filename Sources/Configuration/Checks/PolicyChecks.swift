import CORSPolicy
import IPAddresses

/// The checks that `CORSPolicy` makes.
extension SettingsLoader {
    private typealias Findings = (errors: [CORSProblem], warnings: [CORSProblem])

    /// Compiles each policy for what it has to say.
    mutating func checkPolicies() {
        let global = findings(settings.cors, settings.policyContext(validators))
        report(global, at: SettingPath("cors"))
        for (index, route) in settings.routes.enumerated() {
            let path = SettingPath("routes[\(index)].cors")
            guard sources.isGiven(path) else { continue }
            let found = findings(route.cors, settings.policyContext(of: route, validators))
            report(
                (
                    errors: found.errors.filter { isNew($0, at: path, beside: global.errors) },
                    warnings: found.warnings.filter { isNew($0, at: path, beside: global.warnings) }
                ),
                at: path
            )
        }
    }

    /// Whether a finding has not been told of the global policy, to which the route leaves the key.
    private func isNew(_ problem: CORSProblem, at path: SettingPath, beside known: [CORSProblem]) -> Bool {
        !known.contains(problem) || sources.isGiven(path.appending(SettingPath(problem.path)))
    }

    private func findings(_ cors: CORSConfiguration, _ context: CORSPolicyContext) -> Findings {
        do throws(CORSConfigurationError) {
            return ([], try CORSPolicy(cors, context: context).warnings)
        } catch {
            return (error.problems, [])
        }
    }

    private mutating func report(_ findings: Findings, at path: SettingPath) {
        report(findings.errors, .error, at: path)
        report(findings.warnings, .warning, at: path)
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
        let keys = settings.clientKeys.isEmpty && settings.routes.allSatisfy(\.clientKeys.isEmpty)
        check(settings.limits.rate, at: SettingPath("limits.rate"), asksForKeys: !keys)
        for (index, route) in settings.routes.enumerated() {
            let path = SettingPath("routes[\(index)].rate")
            check(route.rate, at: path, asksForKeys: !route.clientKeys.isEmpty)
        }
    }

    private mutating func check(_ rate: RateSettings?, at path: SettingPath, asksForKeys: Bool) {
        guard let rate else { return }
        do throws(CORSConfigurationError) {
            let context = settings.routePolicyContext(validators)
            _ = try OriginSet(patterns: rate.exempt, path: "exempt", context: context)
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
    }
}

extension Settings {
    /// What `CORSPolicy` has to know beside its configuration; the policy compiles in it without a fault.
    public func policyContext(_ validators: Validators) -> CORSPolicyContext {
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
    public func routePolicyContext(_ validators: Validators) -> CORSPolicyContext {
        var context = policyContext(validators)
        context.coversPrefixForm = false
        return context
    }

    /// What the policy of a route has to be compiled in: the pages under its own hosts are its target's.
    public func policyContext(of route: RouteSettings, _ validators: Validators) -> CORSPolicyContext {
        var context = routePolicyContext(validators)
        context.foreignHosts.removeAll { route.hosts.contains($0) }
        if route.corsPlace != .global { context.place = route.corsPlace }
        return context
    }

    /// The origins under which a browser sees the proxy itself; none where the port is not known yet.
    ///
    /// Those of routes' own hosts are not among them: to other routes they are origins like any other.
    private func ownOrigins(_ validators: Validators) -> [String] {
        listeners.filter { $0.unix == nil && $0.port != 0 }.flatMap { listen in
            var hosts = [listen.hostInURL]
            if validators.isLoopbackHost(listen.host) || IPAddress(listen.host)?.isUnspecified == true {
                hosts += ["localhost", "127.0.0.1", "[::1]"].filter { $0 != listen.hostInURL }
            }
            return hosts.map { listen.origin(ofHost: $0) }
        }
    }
}
