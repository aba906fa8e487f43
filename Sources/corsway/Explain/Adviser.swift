import CORSPolicy
import Configuration
import BrowserModel
import ProxyServer
import Upstream

/// Looks for what makes a blocked request pass, and tries it before it says so.
struct Adviser {
    let input: ExplainInput
    let environment: [String: String]
    /// The configuration that is changed; nil for the defaults.
    let file: String?

    /// More changes than one request can need.
    private static let maximumRounds = 6

    // MARK: What the script changes

    /// The request as the script should make it, with what that is advised by; its URL is still the same.
    func adjusted(_ request: PageRequest, after explanation: Explanation) -> (request: PageRequest, Advice) {
        var (request, advice) = (request, Advice())
        guard case .cors = explanation.failure?.reason else { return (request, advice) }
        let upper = request.method.uppercased()
        if upper != request.method, upper == "PATCH" || explanation.fittingMethod != nil {
            request.method = upper
            advice.method = upper
        }
        if request.page.isOpaque, request.credentials == .include {
            request.page = .ofLocalServer
            advice.page = .ofLocalServer
        }
        return (request, advice)
    }

    // MARK: Trying

    /// A proxy of the configuration with changes.
    func proxy(_ changes: [SettingOverride] = []) throws -> ExplainProxy {
        let settings = try Settings.load(
            file: file,
            overrides: changes,
            flags: Flags(),
            environment: file == nil ? [:] : environment.withoutSettings,
            validators: .system
        )
        return try ExplainProxy(
            settings,
            file: file,
            environment: environment,
            suffixes: input.suffixes
        )
    }

    /// What a page gets of a proxy.
    func explain(_ request: PageRequest, through proxy: ExplainProxy) throws -> (Explanation, notes: [String])
    {
        let network = try ExplainNetwork(environment)
        let explanation = Explanation(
            request,
            in: BrowserEnvironment(
                ask: { request throws(NetworkFailure) in
                    // A redirect that the configuration passes on leads away from the proxy.
                    guard let answer = try proxy.answer(request) else { return try network.ask(request) }
                    return answer
                },
                resolve: network.resolve,
                isPublicSuffix: input.suffixes.isPublicSuffix,
                isThroughProxy: true
            )
        )
        return (explanation, network.notes)
    }

    /// Changes the configuration until the request passes.
    ///
    /// - Parameters:
    ///   - request: What the page asks of the proxy.
    ///   - proxy: The one that has been asked.
    ///   - explanation: What came of that.
    ///   - advice: What is advised already.
    ///   - trust: Why the target's certificate is not trusted; nil where nothing is known of that.
    func mend(
        _ request: PageRequest,
        _ proxy: ExplainProxy,
        _ explanation: Explanation,
        _ advice: Advice,
        trust: String? = nil
    ) throws -> AnswerMend {
        var (advice, proxy, explanation) = (advice, proxy, explanation)
        for _ in 0..<Self.maximumRounds {
            if explanation.isFine { return .advice(advice.tried) }
            guard let changes = changes(for: request, proxy, explanation, trust: trust, after: advice) else {
                return dead(explanation, request)
            }
            advice.add(changes)
            do {
                proxy = try self.proxy(advice.changes.map(\.forTrial))
            } catch let error as ConfigurationError {
                return .impossible(error.refusals)
            }
            // What the browser does not send, and may change something, is not sent to find out more.
            guard request.isSafe else {
                if isUnknownAuthority(trust) { advice.add([.authorityFile]) }
                return .advice(advice)
            }
            explanation = try explain(request, through: proxy).0
        }
        return .none
    }

    /// The least change that comes nearer to an answer; nil where there is none.
    private func changes(
        for request: PageRequest,
        _ proxy: ExplainProxy,
        _ explanation: Explanation,
        trust: String?,
        after advice: Advice
    ) -> [SettingOverride]? {
        if explanation.proxyError == "upstream-tls" {
            return isUnknownAuthority(trust) ? [.authorityFile] : nil
        }
        if request.isForWebSocket { return webSocketChanges(for: request, proxy, explanation, after: advice) }
        guard case .cors? = explanation.failure?.reason else { return nil }
        let (policy, configuration, route) = proxy.ruling(on: request)
        if let last = explanation.lastAsked, proxy.door.entrance(to: last) == nil {
            let object = route.map { "routes[\($0)].redirects" } ?? "prefix.redirects"
            let mode = "\(object).mode"
            return [SettingOverride(path: mode, json: route == nil ? "\"follow\"" : "\"rewrite\"")]
        }
        return changes(of: policy, configuration, for: request)
    }

    /// The least change to a policy by which it would allow a request; nil where it does.
    func changes(of policy: CORSPolicy, _ configuration: CORSConfiguration, for request: PageRequest)
        -> [SettingOverride]?
    {
        let remedy = PolicyMend(for: request, over: configuration, policy, replacesOrigins: file == nil)
        return remedy?.changes.map { change in
            SettingOverride(path: policy.place.path(of: change.key), json: change.json)
        }
    }

    private func isUnknownAuthority(_ distrust: String?) -> Bool { distrust?.contains("authority") == true }

    /// Why no change helps.
    private func dead(_ explanation: Explanation, _ request: PageRequest) -> AnswerMend {
        if explanation.failure?.reason.isMixedContent == true {
            return .impossible(
                "An https page has to ask the proxy over https too, unless that is on loopback: set listen.tls."
            )
        }
        if explanation.proxyError == nil, request.isForWebSocket, let failure = explanation.failure {
            return .impossible(Self.remainder(failure))
        }
        guard let code = explanation.proxyError, let remark = explanation.remark else { return .none }
        return .impossible("corsway cannot have the answer either (\(code)): \(remark)")
    }
}

extension PageRequest {
    /// Whether it may be sent more than once.
    var isSafe: Bool { ["GET", "HEAD", "OPTIONS"].contains(method.uppercased()) }
}

extension PageOrigin {
    /// A page that is served by any small server of this machine.
    fileprivate static let ofLocalServer = PageOrigin(
        of: RequestURL(scheme: "http", host: "localhost", port: 8_000, pathAndQuery: "/")
    )
}

extension Advice {
    fileprivate var tried: Advice {
        var advice = self
        advice.isTried = true
        return advice
    }

    /// A later value of a key takes the place of an earlier one.
    fileprivate mutating func add(_ more: [SettingOverride]) {
        for change in more {
            if let index = changes.firstIndex(where: { $0.path == change.path }) {
                changes[index] = change
            } else {
                changes.append(change)
            }
        }
    }
}

extension SettingOverride {
    fileprivate static let authorityFile = SettingOverride(
        path: Advice.authorityFile,
        json: "\"\(Advice.unknownFile)\""
    )

    /// The file that only the user knows cannot be tried; what comes after the handshake can.
    fileprivate var forTrial: SettingOverride {
        path == Advice.authorityFile ? SettingOverride(path: "upstream.verifyTLS", json: "false") : self
    }
}

extension ConfigurationError {
    /// What is wrong with the configuration, and what to do, without the places in the file.
    var refusals: String {
        problems.filter { $0.severity == .error }
            .map { [$0.fault.message, $0.fault.mend].compactMap(\.self).joined(separator: " ") }
            .joined(separator: " ")
    }
}
