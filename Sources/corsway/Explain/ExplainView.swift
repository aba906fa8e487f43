import CORSPolicy
import BrowserModel

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
    /// What would make the request pass.
    var mend = AnswerMend.none

    /// Asks the server itself.
    init(direct input: ExplainInput, network: ExplainNetwork) {
        request = input.request
        explanation = Explanation(
            request,
            in: BrowserEnvironment(
                ask: { request throws(NetworkFailure) in try network.ask(request) },
                resolve: network.resolve,
                isPublicSuffix: input.suffixes.isPublicSuffix
            )
        )
        notes = network.notes
        file = nil
        isDirect = true
        matchingPattern = nil
    }

    /// Asks through a proxy that does not run.
    init(_ request: PageRequest, through proxy: ExplainProxy, by adviser: Adviser) throws {
        self.request = request
        (explanation, notes) = try adviser.explain(request, through: proxy)
        file = proxy.file
        isDirect = false
        matchingPattern = proxy.ruling(on: request).policy.matchingPattern(for: request.page.serialized)
    }
}

/// What would make a request pass.
enum AnswerMend {
    /// Nothing is known, or nothing is needed.
    case none
    case advice(Advice)
    /// Why nothing that could be configured would do.
    case impossible(String)
}
