import CORSPolicy
import IPAddresses

/// The policies of a configuration, each compiled once: for what is served, and for what there is to say about it.
struct CompiledPolicies {
    let global: CORSCompilation
    /// In the order of the routes.
    let routes: [CORSCompilation]
    /// The origins that the global rate limit leaves out, and what is wrong with the list.
    let exempt: ExemptOrigins
    /// Those of the routes, in their order.
    let exemptOfRoutes: [ExemptOrigins]

    /// Compiles the policies of settings whose defaults are settled.
    init(_ settings: Settings, _ validators: Validators) {
        let context = settings.routePolicyContext(validators)
        let global = CORSCompilation(settings.cors, context: settings.policyContext(validators))
        self.global = global
        routes = settings.routes.map { route in
            let isGlobal = route.corsPlace == .global && route.hosts.isEmpty && route.cors == settings.cors
            return isGlobal ? global : CORSCompilation(route.cors, context: context.narrowed(to: route))
        }
        exempt = ExemptOrigins(of: settings.limits.rate, context)
        exemptOfRoutes = settings.routes.map { ExemptOrigins(of: $0.rate, context) }
    }
}

/// The origins that a rate limit leaves out, compiled.
struct ExemptOrigins {
    /// nil where none is.
    private(set) var origins: OriginSet?
    private(set) var errors: [CORSProblem] = []

    fileprivate init(of rate: RateSettings?, _ context: CORSPolicyContext) {
        guard let rate, !rate.exempt.isEmpty else { return }
        do throws(CORSConfigurationError) {
            origins = try OriginSet(patterns: rate.exempt, path: "exempt", context: context)
        } catch {
            errors = error.problems
        }
    }
}

extension Settings {
    /// Takes over what the policies were compiled to.
    mutating func adopt(_ policies: CompiledPolicies) {
        policy = Compiled(policies.global.policy)
        limits.rate?.exemptOrigins = Compiled(policies.exempt.origins)
        for index in routes.indices {
            routes[index].policy = Compiled(policies.routes[index].policy)
            routes[index].rate?.exemptOrigins = Compiled(policies.exemptOfRoutes[index].origins)
        }
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
