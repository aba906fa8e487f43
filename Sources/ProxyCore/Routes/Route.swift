import HTTPSyntax
import Text

/// A path of the proxy, and perhaps hosts of its own, that stand for one target; one object that all requests share.
public final class Route: Sendable {
    /// The path without a slash at its end; empty for `/`.
    public let path: String
    /// Values of Host, without port and in lower case, under which the route is served at `/`.
    let hosts: [String]
    /// What the path stands for.
    public let target: TargetURL
    /// How requests are passed on.
    public let rules: ForwardRules
    /// The target's path without a slash at its end.
    let targetPath: String

    /// Makes a route of validated settings.
    ///
    /// - Parameters:
    ///   - path: Starts with a slash.
    ///   - target: Has no query.
    public init(path: String, hosts: [String], target: TargetURL, rules: ForwardRules) {
        self.path = Self.withoutLastSlash(path)
        self.hosts = hosts.map { $0.lowercased() }
        self.target = target
        self.rules = rules
        targetPath = Self.withoutLastSlash(target.pathAndQuery)
    }

    private static func withoutLastSlash(_ path: String) -> String {
        path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// What follows `mount` in a request-target, nil where it is not that path or lies below it.
    static func rest(of text: Substring, below mount: some Collection<UInt8>) -> Substring? {
        guard text.utf8.starts(with: mount) else { return nil }
        let rest = text.utf8.dropFirst(mount.count)
        switch rest.first {
        case nil, UInt8(ascii: "/"), UInt8(ascii: "?"): return Substring(rest)
        default: return nil
        }
    }

    /// Joins what follows the route's path to the target, byte for byte.
    ///
    /// - Parameter rest: Empty, or starts with `/` or `?`; has the query.
    /// - Throws: `target-invalid` where a server may read the path in another way than it is written, and so
    ///   outside the part of the target that the route opens.
    func join(_ rest: Substring) throws(ProxyError) -> TargetURL {
        let path = Substring(rest.utf8.prefix { $0 != UInt8(ascii: "?") })
        guard !PathReading.isAmbiguous(path) else { throw .ambiguousPath }
        let isBelow = rest.utf8.first == UInt8(ascii: "/")
        return TargetURL(
            origin: target.origin,
            pathAndQuery: (isBelow ? targetPath : target.pathAndQuery) + rest,
            showsPort: target.showsPort
        )
    }

    /// Whether a URL lies below the route's target, and so is within what the route opens.
    public func opens(_ url: TargetURL) -> Bool { rest(of: url) != nil }

    /// What a URL adds to the route's target, nil where it lies elsewhere.
    func rest(of url: TargetURL) -> Substring? {
        guard url.origin == target.origin, !PathReading.isAmbiguous(url.path) else { return nil }
        return Self.rest(of: url.pathAndQuery[...], below: targetPath.utf8)
    }
}

extension ProxyError {
    static let ambiguousPath = ProxyError(
        .targetInvalid,
        message: "The path is not read alike by all servers.",
        hint: "Write it without dot segments, backslashes and doubly encoded characters."
    )
}
