import CORSPolicy
import HTTPSyntax
import Text

/// Where requests lead, by their target and Host alone.
extension ProxyRules {
    /// Where a request-target leads.
    enum Routed {
        case help
        case iscorsneeded
        case serverOptions
        case target(TargetURL)
        /// A route, and whether its target's pages run as the origin that was asked.
        case route(RouteTable.Match, hasOwnOrigin: Bool)
        case refused(ProxyError)

        var isOwnPage: Bool {
            switch self {
            case .help, .iscorsneeded, .serverOptions: true
            case .target, .route, .refused: false
            }
        }

        var rulesNumber: Int? {
            switch self {
            case .route(let match, _): match.route.rules.number
            case .target: 0
            case .help, .iscorsneeded, .serverOptions, .refused: nil
            }
        }

        /// The policy of a route, nil where the global one holds.
        var policy: CORSPolicy? {
            if case .route(let match, _) = self { match.route.rules.policy } else { nil }
        }
    }

    func routed(
        _ path: Substring,
        _ head: RequestHead,
        from client: ClientRequest,
        _ context: PlanningContext
    ) -> Routed {
        if path == "*" { return .serverOptions }
        if !routes.isEmpty,
            let match = routes.match(path, host: head.fields.value(of: .host), basePath: basePath)
        {
            return .route(match, hasOwnOrigin: hasOwnOrigin(match, head, from: client))
        }
        guard path.hasPrefix(basePath) else {
            return path.utf8.count + 1 == basePath.utf8.count && basePath.hasPrefix(path)
                ? .help : .refused(explained(.noSuchPage, at: path, head, toldTo: client.standing))
        }
        let rest = path.utf8.dropFirst(basePath.utf8.count)
        do throws(ProxyError) {
            let parsed = try PrefixTarget.parse(
                Substring(rest),
                ofHandshake: head.asksForWebSocket,
                hasPublicSuffix: context.hasPublicSuffix
            )
            switch parsed {
            case .help: return .help
            case .isCORSNeeded: return .iscorsneeded
            case .target(let target):
                let origin = try context.parseOrigin(target.scheme, target.authority)
                guard !target.isInternational || origin.isPlainName else { throw .invalidInternationalName }
                return .target(
                    TargetURL(origin: origin, pathAndQuery: target.pathAndQuery, showsPort: target.hasPort)
                )
            }
        } catch {
            return .refused(explained(error, at: path, head, toldTo: client.standing))
        }
    }

    /// The request-target in origin-form, `nil` where it names somebody else (RFC 9112 §3.2).
    func originForm(of head: RequestHead) -> Substring? {
        let target = head.target
        // absolute-form asks for a forward proxy of the other kind, which this is not.
        if target.utf8.first == UInt8(ascii: "/") { return target[...] }
        return target == "*" && head.method == .options ? target[...] : nil
    }
}
