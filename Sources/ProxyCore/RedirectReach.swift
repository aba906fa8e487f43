import CORSPolicy
import HTTPSyntax
import HTTPTypes

/// Who asks for the target of a redirect that may be followed.
public enum RedirectReach: Sendable, Hashable {
    /// The proxy itself: the target is within what the client may ask by the request that is under way.
    case own
    /// The browser, by a request of its own that is checked as such: the redirect goes back.
    case foreign
    /// Nobody.
    case refused
}

extension ProxyRules {
    /// Decides who asks for the target of a redirect, so that following opens nothing that was closed.
    ///
    /// A route stands for one API: its redirects are followed below its target and where its `redirects.targets`
    /// name it. Elsewhere they are followed only where this client could ask by the prefix form just as well; not
    /// into another route, which has a policy, keys and limits of its own.
    ///
    /// - Parameter method: Of the request that the redirect asks for.
    public func reach(
        of url: TargetURL,
        by method: HTTPRequest.Method,
        from destination: Destination
    ) -> RedirectReach {
        guard let route = destination.route else {
            return prefix?.targets.permits(url) == true ? .own : .refused
        }
        if let methods = route.rules.methods, !methods.contains(method.rawValue) { return .foreign }
        if route.rest(of: url) != nil { return .own }
        if case .follow(_, let targets) = route.rules.redirects, targets.contains(url) { return .own }
        if routes.covering(url) != nil { return .foreign }
        return isOpen(url, to: destination.asker, by: method) ? .own : .foreign
    }

    /// Whether the prefix form asks no more of this client than that it names the target.
    private func isOpen(_ url: TargetURL, to asker: CORSRequest?, by method: HTTPRequest.Method) -> Bool {
        guard let prefix, prefix.targets.permits(url), prefix.requiredFields.isEmpty,
            prefix.forward.clientKeys.isEmpty, var asker
        else { return false }
        asker.method = method.rawValue
        return prefix.forward.policy.decide(asker).refusal == nil
    }
}
