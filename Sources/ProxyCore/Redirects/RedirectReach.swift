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
    /// Decides whether a redirect may be handed back so that it leads through the proxy: a browser refuses the ports that
    /// it never asks, but the proxy's own is none of them.
    public func mayLead(to url: TargetURL, from destination: Destination) -> Bool {
        guard BadPort.contains(url.origin.port) else { return true }
        return routes.covering(url) != nil || prefix?.targets.permits(url) == true
            || destination.rules.followedTargets?.contains(url) == true
    }

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
        let reach = reachOfAny(url, by: method, from: destination)
        // What an embedded answer is not given at first, it is not given on the way.
        return reach == .own && destination.isEmbedded && givesSecret(to: url, by: method) ? .foreign : reach
    }

    private func reachOfAny(
        _ url: TargetURL,
        by method: HTTPRequest.Method,
        from destination: Destination
    ) -> RedirectReach {
        guard let route = destination.route else {
            return prefix?.targets.permits(url) == true ? .own : .refused
        }
        if let methods = route.rules.methods, !methods.contains(method.rawValue) { return .foreign }
        if route.rest(of: url) != nil { return .own }
        if route.rules.followedTargets?.contains(url) == true { return .own }
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

    /// The refusal of a target that the configuration does not let pass; at any hop.
    public func targetDenied(_ target: TargetURL) -> ProxyError {
        let origin = target.origin
        guard !BadPort.contains(origin.port) else {
            return ProxyError(
                .targetDenied,
                message: "Browsers ask no server at port \(origin.port), and nor does the proxy.",
                hint: "Another protocol than HTTP is at home there. "
                    + (hasFile
                        ? "If it is HTTP all the same, add \"\(origin.host):\(origin.port)\" to prefix.targets.allow."
                        : "If it is HTTP all the same, start corsway with --allow-target \(origin.host):\(origin.port).")
            )
        }
        return ProxyError(
            .targetDenied,
            message: "The target \"\(origin.serialized)\" is not allowed.",
            hint: hasFile
                ? "Add a pattern for it to prefix.targets.allow, or take the one that matches from prefix.targets.deny."
                : "Start corsway with one more --allow-target \(origin.host)."
        )
    }
}
