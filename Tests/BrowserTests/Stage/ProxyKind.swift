/// The proxies that the cases share, each with a configuration of its own.
enum ProxyKind: String, Sendable, Hashable {
    /// Nothing but how the log is written, and by whom.
    case defaults
    /// A list of origins.
    case list
    /// The same list with credentials.
    case credentials
    /// With credentials, and `*` in all three lists of methods and headers.
    case credentialsAndStars
    /// Any origin, and `*` everywhere.
    case any
    /// The same, with Authorization listed.
    case anyAndAuthorization
    /// Any origin but one.
    case denying
    /// The list, and origin `null`.
    case null
    /// The list; preflights are answered with 200 and kept for no time.
    case preflight200
    /// The list; redirects go back through the proxy.
    case rewriting
    /// The list of origins with credentials, `*`, and Authorization; redirects go back through the proxy.
    case rewritingWithCredentials
    /// The list; redirects go back as they are.
    case passing
    /// The list; small request bodies, and a target that is denied.
    case narrow
    /// Any origin, but a request must have one.
    case requiringOrigin

    /// One event loop: two would write the lines of a preflight and of its request in either order.
    private static let log = #""shards": 1, "log": {"format": "json"}"#

    /// The configuration file.
    ///
    /// - Parameter pagePort: Where the first page server listens.
    func configuration(pagePort: Int) -> String {
        let origins = """
            ["http://app.localhost:\(pagePort)", "http://*.shop.localhost:\(pagePort)",
             "http://proxy.localhost:\(pagePort)"]
            """
        let names = """
            "allowedMethods": ["PUT", "DELETE", "PROPFIND"], "allowedHeaders": ["content-type", "x-a", "range"],
            "exposedHeaders": ["etag", "content-range"]
            """
        let stars = #""allowedMethods": "*", "allowedHeaders": "*", "exposedHeaders": "*""#
        let starsAndAuthorization = """
            "allowedMethods": "*", "allowedHeaders": ["*", "authorization"], "exposedHeaders": "*"
            """
        let credentials = #""allowCredentials": true"#
        switch self {
        case .defaults: return "{\(Self.log)}"
        case .list: return file(names, origins)
        case .credentials: return file("\(names), \(credentials)", origins)
        case .credentialsAndStars: return file("\(stars), \(credentials)", origins)
        case .any: return file(stars)
        case .anyAndAuthorization: return file(starsAndAuthorization)
        case .denying: return file(#"\#(stars), "deniedOrigins": ["http://stranger.localhost:*"]"#)
        case .null: return file("\(names), \"allowNullOrigin\": true", origins)
        case .preflight200: return file("\(names), \"preflightStatus\": 200, \"maxAge\": 0", origins)
        case .rewriting: return file(names, origins, #""prefix": {"redirects": {"mode": "rewrite"}}"#)
        case .rewritingWithCredentials:
            return file(
                "\(starsAndAuthorization), \(credentials)",
                origins,
                #""prefix": {"redirects": {"mode": "rewrite"}}"#
            )
        case .passing: return file(names, origins, #""prefix": {"redirects": {"mode": "pass"}}"#)
        case .narrow:
            return file(
                names,
                origins,
                #""limits": {"requestBody": 1000}, "prefix": {"targets": {"deny": ["*.invalid"]}}"#
            )
        case .requiringOrigin: return file("\(stars), \"requireOrigin\": true")
        }
    }

    private func file(_ policy: String, _ origins: String = #""*""#, _ more: String? = nil) -> String {
        let parts = [
            #""cors": {"allowedOrigins": \#(origins), \#(policy)}"#, #""log": {"format": "json"}"#, more,
        ]
        return "{\(parts.compactMap { $0 }.joined(separator: ", "))}"
    }
}
