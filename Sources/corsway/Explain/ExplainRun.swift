import ArgumentParser
import Configuration
import BrowserModel

/// Everything that one call of `corsway explain` asks, and in which order.
struct ExplainRun {
    private let input: ExplainInput
    private let environment: [String: String]

    init(_ input: ExplainInput, _ environment: [String: String]) {
        self.input = input
        self.environment = environment
    }

    // MARK: Through a configuration

    /// Asks through the proxy of a configuration.
    ///
    /// - Throws: `ConfigurationError`.
    func view(by file: String) throws -> ExplainView {
        let adviser = Adviser(input: input, environment: environment, file: file)
        let proxy = try adviser.proxy()
        let request = try request(input.request, through: proxy)
        var view = try ExplainView(request, through: proxy, by: adviser)
        if !view.explanation.isFine { view.mend = try mend(view, adviser, proxy) }
        return view
    }

    private func mend(_ view: ExplainView, _ adviser: Adviser, _ proxy: ExplainProxy) throws
        -> AnswerMend
    {
        let (changed, advice) = adviser.adjusted(view.request, after: view.explanation)
        guard advice.page != nil || advice.method != nil else {
            return try adviser.mend(view.request, proxy, view.explanation, advice)
        }
        if view.explanation.fittingMethod == changed.method, advice.page == nil { return .advice(advice) }
        let request = try request(changed, through: proxy)
        guard changed.isSafe else { return try untried(request, proxy, advice, adviser) }
        let explanation = try adviser.explain(request, through: proxy).0
        return try adviser.mend(request, proxy, explanation, advice)
    }

    private func request(_ request: PageRequest, through proxy: ExplainProxy) throws -> PageRequest {
        guard let url = proxy.door.url(for: input.text, by: request) else {
            throw ValidationError(ExplainInput.refusal(of: input.text, isProxied: true))
        }
        var request = request
        request.url = url
        return request
    }

    // MARK: Directly

    /// Asks the server itself; and where that is blocked and a proxy might help, one of the defaults too.
    ///
    /// - Parameter isAlone: Whether no proxy is to be asked.
    func views(isAlone: Bool) throws -> [ExplainView] {
        let network = try ExplainNetwork(environment)
        var first = ExplainView(direct: input, network: network)
        guard first.isMendedByProxy(tries: !isAlone) else { return [first] }
        let adviser = Adviser(input: input, environment: environment, file: nil)
        let (changed, advice) = adviser.adjusted(first.request, after: first.explanation)
        if let method = first.explanation.fittingMethod, advice.page == nil, method == changed.method {
            first.mend = .advice(advice)
            return [first]
        }
        let proxy = try adviser.proxy()
        let request = try request(changed, through: proxy)
        guard !isAlone, request.isSafe || !first.explanation.hasSentRequest else {
            first.mend = try untried(request, proxy, advice, adviser)
            return [first]
        }
        let second = try ExplainView(request, through: proxy, by: adviser)
        var started = advice
        started.ask = request.url
        first.mend = try adviser.mend(
            request,
            proxy,
            second.explanation,
            started,
            trust: network.distrust
        )
        return [first, second]
    }
}

extension ExplainRun {
    /// What would have to be configured, by the policy alone: the request cannot be sent again, or not at all.
    private func untried(
        _ request: PageRequest,
        _ proxy: ExplainProxy,
        _ started: Advice,
        _ adviser: Adviser
    ) throws -> AnswerMend {
        var advice = started
        if adviser.file == nil { advice.ask = request.url }
        let (policy, configuration, _) = proxy.ruling(on: request)
        let remedy = PolicyMend(
            for: request,
            over: configuration,
            policy,
            replacesOrigins: adviser.file == nil
        )
        advice.changes = (remedy?.changes ?? []).map {
            SettingOverride(path: policy.place.path(of: $0.key), json: $0.json)
        }
        do {
            _ = try adviser.proxy(advice.changes)
            return .advice(advice)
        } catch let error as ConfigurationError {
            return .impossible(error.refusals)
        }
    }
}

extension ExplainView {
    /// Whether a proxy in between may make a difference.
    ///
    /// - Parameter tries: Whether it is tried before it is advised: what a server holds against a WebSocket need not be
    ///   the page's origin.
    fileprivate func isMendedByProxy(tries: Bool) -> Bool {
        guard explanation.failure?.proxyError == nil else { return false }
        switch explanation.failure?.reason {
        case .cors, .mixedContent: return true
        case .webSocket(.mixedContent), .webSocket(.status(403)): return true
        case .webSocket(.status(400...499)), .webSocket(.closed): return tries
        case .webSocket: return false
        case .network, .forbiddenMethod, nil: return false
        }
    }
}
