import HTTPSyntax
import Text

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
    private let routes: [Route]
    private var paths = PathIndex()
    /// Positions in `routes` by the number of the path.
    private var byPath: [Int] = []
    private var hosts = HostPatternIndex()
    /// Positions in `routes` by the number of the host.
    private var byHost: [Int] = []
    private var targets: [TargetOrigin: Targets] = [:]
    /// The hosts of all targets.
    public let targetHosts: [String]
    /// The paths of the first routes of the configuration, for hints.
    private let shownPaths: [String]
    private static let maximumShown = 8

    /// Sorts the routes in; of several for one path, host or target the first in the order of the table counts.
    public init(_ routes: [Route]) {
        targetHosts = routes.map(\.target.origin.host)
        shownPaths = routes.prefix(Self.maximumShown).map { $0.path + "/" }
        self.routes = routes.sorted { $0.path.utf8.count > $1.path.utf8.count }
        for (position, route) in self.routes.enumerated() {
            if paths.insert(Array(route.path.utf8)) == byPath.count { byPath.append(position) }
            for host in route.hosts where hosts.insert(HostPattern(name: host)) == byHost.count {
                byHost.append(position)
            }
            targets[route.target.origin, default: Targets()].insert(position, path: route.targetPath)
        }
    }

    /// Whether there are none.
    public var isEmpty: Bool { routes.isEmpty }

    /// Whether there is one route, and no path is left to a prefix form.
    func isAlone(besidePrefixForm hasPrefixForm: Bool) -> Bool {
        routes.count == 1 && (!hasPrefixForm || routes[0].path.isEmpty)
    }

    /// Finds the route of a request.
    ///
    /// - Parameters:
    ///   - target: The request-target in origin-form, query included.
    ///   - host: The value of Host, perhaps with a port.
    ///   - basePath: Where paths start; starts and ends with a slash. Hosts of a route's own know none.
    func match(_ target: Substring, host: ArraySlice<UInt8>?, basePath: String) -> Match? {
        var compared = 0
        return match(target, host: host, basePath: basePath, &compared)
    }

    /// Finds the route of a request.
    ///
    /// - Parameter compared: Is raised by the entries that are looked at.
    func match(
        _ target: Substring,
        host: ArraySlice<UInt8>?,
        basePath: String,
        _ compared: inout Int
    ) -> Match? {
        if !byHost.isEmpty, let host, let route = route(ofHost: host, &compared) {
            return Match(route: route, isOnOwnHost: true, rest: target)
        }
        guard let below = Route.rest(of: target, below: basePath.utf8.dropLast()),
            let (number, end) = paths.longest(in: below.utf8.span, &compared)
        else { return nil }
        let rest = Substring(below.utf8.dropFirst(end))
        return Match(route: routes[byPath[number]], isOnOwnHost: false, rest: rest)
    }

    /// Whether a Host is one of a route's own, whatever its port.
    func serves(host authority: ArraySlice<UInt8>) -> Bool {
        guard !byHost.isEmpty else { return false }
        var compared = 0
        return route(ofHost: authority, &compared) != nil
    }

    /// A sentence that names the paths of some routes.
    func summary(basePath: String) -> String {
        let paths = shownPaths.map { basePath.dropLast() + $0 }.joined(separator: ", ")
        let more = routes.count > shownPaths.count ? ", and \(routes.count - shownPaths.count) more" : ""
        return routes.count == 1 ? "The one route is \(paths)." : "The routes are \(paths)\(more)."
    }

    private func route(ofHost authority: ArraySlice<UInt8>, _ compared: inout Int) -> Route? {
        let bytes = authority.span
        let host = bytes.extracting(0..<HostAndPort.endOfHost(in: bytes))
        var search = HostPatternIndex.Search()
        return hosts.next(&search, in: host, &compared).map { routes[byHost[$0]] }
    }

    /// The route with the longest target that a URL lies below, and what the URL adds to it.
    func covering(_ url: TargetURL) -> (route: Route, rest: Substring)? {
        var compared = 0
        return covering(url, &compared)
    }

    /// The route with the longest target that a URL lies below, and what the URL adds to it.
    ///
    /// - Parameter compared: Is raised by the entries that are looked at.
    func covering(_ url: TargetURL, _ compared: inout Int) -> (route: Route, rest: Substring)? {
        guard let targets = targets[url.origin], !PathReading.isAmbiguous(url.path),
            let (position, end) = targets.longest(in: url.pathAndQuery.utf8.span, &compared)
        else { return nil }
        return (routes[position], Substring(url.pathAndQuery.utf8.dropFirst(end)))
    }
}

/// The targets of routes at one origin.
private struct Targets: Sendable {
    private var paths = PathIndex()
    /// Positions of routes by the number of the target's path.
    private var positions: [Int] = []

    mutating func insert(_ position: Int, path: String) {
        if paths.insert(Array(path.utf8)) == positions.count { positions.append(position) }
    }

    func longest(in path: Span<UInt8>, _ compared: inout Int) -> (position: Int, end: Int)? {
        paths.longest(in: path, &compared).map { (positions[$0.number], $0.end) }
    }
}
