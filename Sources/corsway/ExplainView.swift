import CORSPolicy
import Configuration
import Explain
import HTTPSyntax
import HTTPTypes
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
    static func proxied(_ url: RequestURL) -> String { "http://127.0.0.1:8080/\(url.serialized)" }

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
        mend = Self.mend(explanation, request, over: CORSConfiguration(), replacesOrigins: true)
    }

    /// Asks through a proxy that does not run.
    init(
        _ input: ExplainInput,
        through rehearsal: Rehearsal,
        _ configuration: CORSConfiguration,
        file: String?,
        network: ExplainNetwork
    ) {
        var request = input.request
        let base = network.resolve(rehearsal.baseURL, request.url)
        if case .url(let base, _) = base {
            request.url = RequestURL(
                scheme: base.scheme,
                host: base.host,
                port: base.port,
                pathAndQuery: base.pathAndQuery + request.url.serialized
            )
        }
        let proxyOrigin = request.url.origin
        self.request = request
        explanation = Explanation(
            request,
            in: Surroundings(
                ask: { request throws(NetworkFailure) in
                    // A redirect that the configuration passes on leads away from the proxy.
                    guard request.url.origin == proxyOrigin else { return try network.ask(request) }
                    return rehearsal.answer(request)
                },
                resolve: network.resolve,
                isPublicSuffix: input.suffixes.isPublicSuffix
            )
        )
        notes = network.notes
        self.file = file
        isDirect = false
        matchingPattern = rehearsal.policy.matchingPattern(for: request.page.serialized)
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

extension Rehearsal {
    /// Answers a browser's request.
    fileprivate func answer(_ request: WireRequest) -> WireAnswer {
        var fields = FieldSection()
        fields.append(.host, request.url.authority)
        for line in request.fields {
            fields.append(name: line.name, value: line.value)
        }
        let answer = answer(
            RequestHead(
                method: HTTPRequest.Method(rawValue: request.method) ?? .get,
                target: request.url.pathAndQuery,
                version: .http11,
                fields: fields
            )
        )
        return WireAnswer(answer.head, remark: answer.remark)
    }
}
