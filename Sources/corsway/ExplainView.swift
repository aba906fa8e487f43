import CORSPolicy
import Configuration
import Explain
import ProxyServer
import Upstream

/// One explanation and what to say around it: the request asked directly, or through the proxy.
struct ExplainView {
    /// What is explained; through the proxy its URL is one of the proxy's.
    let request: PageRequest
    let explanation: Explanation
    /// About the connections that were made.
    let notes: [String]
    /// The configuration file; nil for the defaults.
    let file: String?
    let isDirect: Bool
    /// Which pattern of the configuration matches the page's origin.
    let matchingPattern: String?
    /// Where the policy stands in the configuration: `cors` or `routes[1].cors`.
    let configurationKey: String
    /// What to write into a configuration, and why that would not do.
    let mend: Mend

    enum Mend {
        /// Nothing that a configuration says would help.
        case none
        /// A proxy with its defaults is enough.
        case defaults
        /// This line has to be in the configuration.
        case line(String)
        /// No configuration may allow it.
        case impossible(String)
    }

    /// The URL by which a page asks through a proxy of the default configuration.
    static func proxied(_ url: RequestURL) -> String { "http://localhost:8080/\(url.serialized)" }

    /// Asks the server itself.
    init(direct input: ExplainInput, network: ExplainNetwork) {
        request = input.request
        explanation = Explanation(
            request,
            in: Surroundings(
                ask: { request throws(NetworkFailure) in try network.ask(request) },
                resolve: network.resolve,
                isPublicSuffix: input.suffixes.isPublicSuffix
            )
        )
        notes = network.notes
        file = nil
        isDirect = true
        matchingPattern = nil
        configurationKey = "cors"
        mend = Self.mend(explanation, request, over: CORSConfiguration(), replacesOrigins: true)
    }

    /// Asks through a proxy that does not run.
    init(_ request: PageRequest, through proxy: ExplainProxy, _ input: ExplainInput, network: ExplainNetwork)
    {
        self.request = request
        explanation = Explanation(
            request,
            in: Surroundings(
                ask: { request throws(NetworkFailure) in
                    // A redirect that the configuration passes on leads away from the proxy.
                    guard let answer = try proxy.answer(request) else { return try network.ask(request) }
                    return answer
                },
                resolve: network.resolve,
                isPublicSuffix: input.suffixes.isPublicSuffix
            )
        )
        notes = network.notes
        file = proxy.file
        isDirect = false
        let (policy, configuration, key) = proxy.ruling(on: request)
        matchingPattern = policy.matchingPattern(for: request.page.serialized)
        configurationKey = key
        mend = Self.mend(explanation, request, over: configuration, replacesOrigins: false)
    }

    /// Whether a proxy in between makes a difference.
    var isMendedByProxy: Bool {
        switch explanation.failure?.reason {
        case .cors, .mixedContent: true
        case .network, .forbiddenMethod, nil: false
        }
    }

    private static func mend(
        _ explanation: Explanation,
        _ request: PageRequest,
        over configuration: CORSConfiguration,
        replacesOrigins: Bool
    ) -> Mend {
        switch explanation.failure?.reason {
        case .cors: break
        case .mixedContent where replacesOrigins: break
        default: return .none
        }
        let validators = Validators.system
        let context = CORSPolicyContext(
            canonicalHost: validators.canonicalHost,
            isPublicSuffix: validators.isPublicSuffix
        )
        do throws(CORSConfigurationError) {
            let policy = try CORSPolicy(configuration, context: context)
            let remedy = Remedy(
                for: request,
                over: configuration,
                policy,
                replacesOrigins: replacesOrigins
            )
            guard let remedy else { return replacesOrigins ? .defaults : .none }
            _ = try CORSPolicy(remedy.configuration, context: context)
            return .line(remedy.line)
        } catch {
            return .impossible(error.problems.map { "\($0.message) \($0.mend)" }.joined(separator: " "))
        }
    }
}
