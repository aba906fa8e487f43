import Text

/// A configuration before it is checked: the values, where each came from, and what was found so far.
final class LoadedSettings {
    let settings: Settings
    let sources: ValueSources
    let environment: [String: String]
    /// What the policies were compiled to.
    let policies: CompiledPolicies
    /// What reading and the checks before this one have told.
    let problems: [Problem]

    init(
        settings: Settings,
        sources: ValueSources,
        environment: [String: String],
        policies: CompiledPolicies,
        problems: [Problem]
    ) {
        self.settings = settings
        self.sources = sources
        self.environment = environment
        self.policies = policies
        self.problems = problems
    }

    /// Whether something at or below one of the paths was refused.
    func hasError(within paths: String...) -> Bool {
        problems.contains { problem in
            problem.severity == .error
                && paths.contains { SettingPath(problem.path).isWithin(SettingPath($0)) }
        }
    }

    // MARK: Listeners

    /// The first listener that other machines may reach.
    var firstOpenListener: Int? { settings.firstOpenListener }

    /// The path of one listener's key: `listen` may be an object or a list.
    func path(ofListener index: Int, _ key: String) -> SettingPath {
        let element = SettingPath("listen[\(index)]")
        let overlaid = SettingPath("listen").appending(key)
        if index == 0, sources.isOverlaid(overlaid) || !sources.isGiven(element) { return overlaid }
        return element.appending(key)
    }

    // MARK: Secrets and rules

    /// The first secret that a route adds to its requests.
    func secret(ofRouteAt index: Int) -> SettingPath? {
        let path = SettingPath("routes[\(index)]")
        return sources.secret(within: path.appending("target"))
            ?? sources.secret(within: path.appending("request"))
    }

    /// Whether requests of a route leave this machine without TLS.
    func sendsPlainly(routeAt index: Int) -> Bool {
        let target = settings.routes[index].target
        return !target.isMissing && target.url.origin.scheme == .http
            && !LoopbackHost.matches(target.url.origin.bareHost)
    }

    /// Whether requests of a route may come to meet a rule, a followed redirect included.
    func mayApply(_ rule: RuleSettings, to route: RouteSettings) -> Bool {
        route.redirects.mode == .follow || matches(rule, route)
    }

    /// Whether a rule is for the target of a route.
    func matches(_ rule: RuleSettings, _ route: RouteSettings) -> Bool {
        // Of a target that was refused, that has been told.
        !route.target.isMissing && rule.url.pattern.mayReach(route.target.url.origin)
    }
}
