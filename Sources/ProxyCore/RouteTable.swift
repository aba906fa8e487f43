import HTTPSyntax

/// All routes: the longest path wins, and a host of a route's own goes before every path.
public struct RouteTable: Sendable {
    /// A request's way to a route.
    public struct Match: Sendable {
        /// The route.
        public let route: Route
        /// Whether it was reached under a host of its own, where it is served at `/`.
        public let isOnOwnHost: Bool
        /// What follows the route's path in the request-target.
        let rest: Substring
    }

    /// Longest path first.
    private let byPath: [Route]
    /// Longest target first.
    private let byTarget: [Route]
    private let hasHosts: Bool
    /// The hosts of all targets.
    public let targetHosts: [String]

    /// Sorts the routes.
    public init(_ routes: [Route]) {
        byPath = routes.sorted { $0.path.utf8.count > $1.path.utf8.count }
        byTarget = byPath.sorted { $0.targetPath.utf8.count > $1.targetPath.utf8.count }
        hasHosts = routes.contains { !$0.hosts.isEmpty }
        targetHosts = routes.map(\.target.origin.host)
    }

    /// Whether there are none.
    public var isEmpty: Bool { byPath.isEmpty }

    /// Finds the route of a request.
    ///
    /// - Parameters:
    ///   - target: The request-target in origin-form, query included.
    ///   - host: The value of Host, perhaps with a port.
    ///   - basePath: Where paths start; starts and ends with a slash. Hosts of a route's own know none.
    func match(_ target: Substring, host: ArraySlice<UInt8>?, basePath: String) -> Match? {
        if hasHosts, let host, let route = route(ofHost: host) {
            return Match(route: route, isOnOwnHost: true, rest: target)
        }
        guard let below = Route.rest(of: target, below: String(basePath.dropLast())) else { return nil }
        for route in byPath {
            if let rest = Route.rest(of: below, below: route.path) {
                return Match(route: route, isOnOwnHost: false, rest: rest)
            }
        }
        return nil
    }

    /// Whether a Host is one of a route's own, whatever its port.
    func serves(host authority: ArraySlice<UInt8>) -> Bool {
        hasHosts && route(ofHost: authority) != nil
    }

    private func route(ofHost authority: ArraySlice<UInt8>) -> Route? {
        let bytes = authority.span
        let host = bytes.extracting(0..<AllowedHosts.endOfHost(in: bytes))
        return byPath.first { route in
            route.hosts.contains { ASCII.equal(host, $0.utf8.span) }
        }
    }

    /// The route with the longest target that a URL lies below, and what the URL adds to it.
    func covering(_ url: TargetURL) -> (route: Route, rest: Substring)? {
        for route in byTarget {
            if let rest = route.rest(of: url) { return (route, rest) }
        }
        return nil
    }
}
