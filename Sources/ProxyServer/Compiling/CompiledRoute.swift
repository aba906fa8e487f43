import Configuration

/// What the server keeps for the prefix form or for a route, beside the rules that requests are planned by.
final class CompiledRoute: Sendable {
    /// What metrics call it.
    let label: String
    /// How its targets are connected to.
    let profile: UpstreamProfile
    /// Its own limit beside the global one; nil for none.
    let rateLimiter: RateLimiter?
    /// By this it is known again in the next configuration; empty for the prefix form.
    private let path: String

    private init(path: String, label: String, profile: UpstreamProfile, rateLimiter: RateLimiter?) {
        self.path = path
        self.label = label
        self.profile = profile
        self.rateLimiter = rateLimiter
    }

    /// The prefix form and all routes, in the order of the rules' numbers.
    ///
    /// - Parameters:
    ///   - profiles: How each is connected to, in the same order.
    ///   - previous: Those in force until now: a route of the same path keeps its limiter.
    static func all(
        of settings: Settings,
        profiles: [UpstreamProfile],
        after previous: [CompiledRoute]
    ) -> [CompiledRoute] {
        let known = Dictionary(previous.map { ($0.path, $0.rateLimiter) }) { first, _ in first }
        var routes = [
            CompiledRoute(path: "", label: ShardFigures.prefixForm, profile: profiles[0], rateLimiter: nil)
        ]
        for (route, profile) in zip(settings.routes, profiles.dropFirst()) {
            let limiter = RateLimiter.limiter(route.rate, after: known[route.path] ?? nil)
            routes.append(
                CompiledRoute(path: route.path, label: route.label, profile: profile, rateLimiter: limiter)
            )
        }
        return routes
    }
}
