import CORSPolicy
import HTTPTypes

/// What a policy or the rules of a route refuse.
extension ProxyError {
    static func headerRequired(_ names: [String]) -> ProxyError {
        let list = names.joined(separator: ", ")
        return ProxyError(
            .headerRequired,
            message: "The request has none of the fields that are required: \(list).",
            hint: "Send one of them; pages send Origin by themselves, and fetch can add X-Requested-With."
        )
    }

    static let serviceWorker = ProxyError(
        .serviceWorkerDenied,
        message: "A service worker of a target would take over the proxy's own origin.",
        hint: "Serve the worker's script from the page's own origin, or give its route a host of its own."
    )

    /// A method that a route does not forward.
    static func methodNotOnRoute(_ method: HTTPRequest.Method, _ allowed: [String]) -> ProxyError {
        ProxyError(
            .methodDenied,
            message: "Method \"\(method.rawValue)\" is not allowed for this route.",
            hint: "Add it to the route's methods."
        ).with(["Allow": allowed.joined(separator: ", ")])
    }

    /// No client key, or a wrong one.
    static let clientKeyRequired = ProxyError(
        .clientKeyRequired,
        message: "The request has no valid client key.",
        hint: "Send one of the keys in clientKeys as X-Proxy-Key."
    ).with(["WWW-Authenticate": "X-Proxy-Key realm=\"corsway\""])

    /// Says why the policy refuses a request, and what to add to it, or else to do.
    ///
    /// - Parameters:
    ///   - standing: Who is told; what the policy's lists hold is for those on this machine alone.
    ///   - advice: What is told in place of the policy's own hint.
    public init(
        _ refusal: CORSRefusal,
        policy: CORSPolicy,
        toldTo standing: ClientStanding,
        advice: String? = nil
    ) {
        let code: ErrorCode =
            switch refusal {
            case .originDenied, .originOnDenyList: .originDenied
            case .originRequired: .originRequired
            case .crossSite: .crossSiteDenied
            case .methodForbidden: .methodNotSupported
            case .methodDenied: .methodDenied
            }
        self.init(
            code,
            message: refusal.message,
            hint: advice ?? policy.hint(for: refusal, showsPatterns: standing == .local)
        )
    }
}
