import CORSPolicy

/// What happens to redirects of an upstream.
public enum RedirectMode: Sendable, Equatable {
    /// They are followed here, at most so many, and beside the target of a route to these ones; what comes after
    /// that, or leads elsewhere, goes back rewritten.
    case follow(maximum: Int, targets: TargetPatternSet = TargetPatternSet([]))
    /// They go back with a Location that leads through the proxy.
    case rewrite
    /// They go back as they are.
    case pass
}

/// The rules of the prefix form; one object that all requests share.
public final class PrefixRules: Sendable {
    /// Which targets may be asked.
    public let targets: TargetRules
    /// Any one of these fields has to be in a request; none needed where empty.
    public let requiredFields: [String]
    /// Whether a page is sent to a target of its own origin instead of through the proxy.
    public let redirectsSameOrigin: Bool
    /// How requests are passed on.
    public let forward: ForwardRules

    /// Makes rules of validated settings.
    public init(
        targets: TargetRules,
        requiredFields: [String],
        redirectsSameOrigin: Bool,
        forward: ForwardRules
    ) {
        self.targets = targets
        self.requiredFields = requiredFields
        self.redirectsSameOrigin = redirectsSameOrigin
        self.forward = forward
    }
}

/// All that decides about a request, compiled from a configuration once; one object that all requests share.
public final class ProxyRules: Sendable {
    /// The Host values that are answered.
    public let allowedHosts: AllowedHosts
    /// The path below which the proxy lives: starts and ends with `/`.
    public let basePath: String
    /// The CORS policy.
    public let policy: CORSPolicy
    /// The prefix form, `nil` where it is switched off.
    public let prefix: PrefixRules?
    /// The routes, which go before the prefix form.
    public let routes: RouteTable
    /// Whether a host that is no route's own serves one route and nothing else.
    let servesOneRoute: Bool
    /// The ports that are listened on.
    let ownPorts: [UInt16]
    /// Header edits by target, in order.
    public let headerRules: HeaderRules
    /// The secrets of all header rules.
    public let ruleScreen: SecretScreen
    /// Whether a request that a forwarder of unknown standing relays is refused altogether: so it is in the
    /// untouched default configuration, which trusts whatever reaches its loopback address.
    public let refusesUntrustedForwarders: Bool
    /// Whether there is a file whose keys hints can name; else they name flags.
    let hasFile: Bool

    /// Makes rules of validated settings.
    public init(
        allowedHosts: AllowedHosts,
        basePath: String,
        policy: CORSPolicy,
        prefix: PrefixRules?,
        routes: RouteTable = RouteTable([]),
        headerRules: HeaderRules = HeaderRules([]),
        ruleScreen: SecretScreen = .none,
        ownPorts: [UInt16] = [],
        refusesUntrustedForwarders: Bool,
        hasFile: Bool = true
    ) {
        self.allowedHosts = allowedHosts
        self.basePath = basePath
        self.policy = policy
        self.prefix = prefix
        self.routes = routes
        // Below a base path the rest of the host is another server's.
        servesOneRoute = basePath == "/" && routes.isAlone(besidePrefixForm: prefix != nil)
        self.headerRules = headerRules
        self.ruleScreen = ruleScreen
        self.ownPorts = ownPorts
        self.refusesUntrustedForwarders = refusesUntrustedForwarders
        self.hasFile = hasFile
    }
}
