import HTTPSyntax

/// As which origin a browser runs what holds scripts: HTML, XHTML, SVG, XML and whatever it renders else.
public enum DocumentOrigin: Sendable {
    /// As an opaque one: every answer is sandboxed, whatever its type.
    case opaque
    /// As the one that the request was sent to.
    case own
    /// As `own` where the Host of a request serves this route and nothing else, as `opaque` elsewhere.
    case byHost
}

extension ProxyRules {
    /// Whether pages of a route's target may run as the origin that the request was sent to.
    ///
    /// Scripts that run there read whatever else is served there: a GET to the page's own origin carries no Origin,
    /// so no policy stands in between. The help page and `iscorsneeded` have nothing to hide.
    func hasOwnOrigin(_ match: RouteTable.Match, _ head: RequestHead, from client: ClientRequest) -> Bool {
        switch match.route.rules.documents {
        case .opaque: false
        case .own: true
        case .byHost: (match.isOnOwnHost || servesOneRoute) && !head.liesBelowAnotherServer(client)
        }
    }
}

extension RequestHead {
    /// Whether the trusted server in front serves the proxy below a path, beside what it has of its own.
    fileprivate func liesBelowAnotherServer(_ client: ClientRequest) -> Bool {
        guard client.isTrusted, let prefix = fields.value(of: .xForwardedPrefix) else { return false }
        return !prefix.allSatisfy { $0 == UInt8(ascii: "/") }
    }
}
