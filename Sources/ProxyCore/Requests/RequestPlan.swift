import CORSPolicy
import HTTPSyntax
import HTTPTypes

/// What is to be done with a request, decided once from its head alone.
public struct RequestPlan: Sendable {
    /// The one thing to do.
    public enum Step: Sendable {
        /// Answer a preflight by the policy's verdict.
        case preflight(CORSDecision)
        /// Show the help page.
        case help
        /// Answer `iscorsneeded`.
        case iscorsneeded
        /// Answer `OPTIONS *`.
        case serverOptions
        /// Ask a target.
        case forward(Destination)
        /// Send the page straight to the target, which is of its own origin.
        case redirect(TargetURL)
        /// Refuse.
        case refuse(ProxyError)
    }

    /// The policy's verdict, applied to whatever is answered; `nil` where the request is too broken for one.
    public let decision: CORSDecision?
    /// The policy that made it.
    public let policy: CORSPolicy
    /// What to do.
    public let step: Step
    /// What to do about a refusal, where the policy's own hint would not help; nil elsewhere.
    public var advice: String?
    /// The number of the rules that the request came under: 0 for the prefix form; nil where it came to none.
    public var rulesNumber: Int?
}

extension ProxyRules {
    /// Decides about a request.
    ///
    /// In this order: forbidden methods, one Origin, the policy's verdict, forwarders, Host, loops, the route; then a
    /// preflight is answered, and what remains has to pass origin, Sec-Fetch, method and target.
    ///
    /// - Parameter client: Who asks and from where.
    public func plan(
        _ head: RequestHead,
        _ context: PlanningContext,
        from client: ClientRequest
    ) -> RequestPlan {
        if head.method.isForbidden {
            return RequestPlan(decision: nil, policy: policy, step: .refuse(.forbiddenMethod(head.method)))
        }
        if case .several = client.origin {
            return RequestPlan(decision: nil, policy: policy, step: .refuse(.multipleOrigins))
        }
        var request = CORSRequest(head, origin: client.origin.text)
        guard let path = originForm(of: head) else {
            return RequestPlan(
                decision: policy.decide(request),
                policy: policy,
                step: .refuse(.foreignAuthority)
            )
        }
        let route = routed(path, head, from: client, context)
        request.isOwnPage = route.isOwnPage
        let policy = route.policy ?? self.policy
        if request.origin != nil {
            if case .route(let match, hasOwnOrigin: true) = route {
                request.isSameOrigin = isSameOrigin(head, to: match.route, from: client)
            }
        } else if head.asksForWebSocket {
            // Browsers send Origin with each handshake, and not all of them Sec-Fetch: this is a program's.
            request.secFetchSite = nil
        } else if let site = request.secFetchSite, !policy.allowsAnyOrigin {
            request.refererOrigin = originInReferer(of: head, site: site, route, from: client, context)
        }
        let decision = policy.decide(request)
        if let error = refusal(of: head, from: client.standing) {
            return RequestPlan(
                decision: decision,
                policy: policy,
                step: .refuse(error),
                rulesNumber: route.rulesNumber
            )
        }
        let advice = decision.refusal.flatMap { self.advice(on: $0, head, route, from: client) }
        return RequestPlan(
            decision: decision,
            policy: policy,
            step: step(head, from: client, route, decision, policy, context, advice),
            advice: advice,
            rulesNumber: route.rulesNumber
        )
    }

    private func step(
        _ head: RequestHead,
        from client: ClientRequest,
        _ route: Routed,
        _ decision: CORSDecision,
        _ policy: CORSPolicy,
        _ context: PlanningContext,
        _ advice: String?
    ) -> RequestPlan.Step {
        if let host = head.fields.value(of: .host), !allowedHosts.contains(host) {
            return .refuse(.hostNotAllowed(String(decoding: host, as: UTF8.self)))
        }
        if head.fields.contains(.via), head.fields.names(pseudonym: context.pseudonym) {
            return .refuse(.loop)
        }
        if case .serverOptions = route, head.method == .options { return .serverOptions }
        if decision.isPreflight { return .preflight(decision) }
        if let refusal = decision.refusal {
            return .refuse(ProxyError(refusal, policy: policy, toldTo: client.standing, advice: advice))
        }
        let isEmbedded = decision.embeddingOrigin != nil
        switch route {
        case .help: return .help
        case .iscorsneeded: return .iscorsneeded
        case .serverOptions: return .refuse(.foreignAuthority)
        case .refused(let error): return .refuse(error)
        case .target(let target): return forwarding(head, from: client, to: target, isEmbedded: isEmbedded)
        case .route(let match, let hasOwnOrigin):
            return forwarding(
                head,
                from: client,
                by: match,
                hasOwnOrigin: hasOwnOrigin,
                isEmbedded: isEmbedded
            )
        }
    }

    private func forwarding(
        _ head: RequestHead,
        from client: ClientRequest,
        by match: RouteTable.Match,
        hasOwnOrigin: Bool,
        isEmbedded: Bool
    ) -> RequestPlan.Step {
        let rules = match.route.rules
        do throws(ProxyError) {
            let target = try match.route.join(match.rest)
            if let methods = rules.methods, !methods.contains(head.method.rawValue) {
                throw .methodNotOnRoute(head.method, methods)
            }
            let webSocket = try webSocket(in: head)
            let key = try clientKey(in: head, webSocket, for: rules)
            try refuseSpecialRequest(head, webSocket, mayRegisterWorkers: hasOwnOrigin, rules)
            return .forward(
                Destination(
                    target: rules.queryEdits?.apply(to: target) ?? target,
                    shown: rules.queryEdits?.remove(from: target) ?? target,
                    rules: rules,
                    route: match.route,
                    isOnOwnHost: match.isOnOwnHost,
                    hasOwnOrigin: hasOwnOrigin,
                    isEmbedded: isEmbedded,
                    clientKey: key,
                    webSocket: webSocket,
                    asker: rules.followsRedirects ? CORSRequest(head, origin: client.origin.text) : nil
                )
            )
        } catch {
            return .refuse(error)
        }
    }

    /// The handshake where a request is one; nil where it asks for no WebSocket.
    private func webSocket(in head: RequestHead) throws(ProxyError) -> WebSocketRequest? {
        guard head.asksForWebSocket else { return nil }
        do throws(WebSocketFault) {
            return try WebSocketRequest(head)
        } catch {
            throw ProxyError(error)
        }
    }

    private func clientKey(
        in head: RequestHead,
        _ webSocket: WebSocketRequest?,
        for rules: ForwardRules
    ) throws(ProxyError) -> Int? {
        if rules.clientKeys.isEmpty { return nil }
        guard let key = rules.clientKeys.accepted(in: head.fields, webSocket) else {
            throw .clientKeyRequired
        }
        return key
    }

    private func refuseSpecialRequest(
        _ head: RequestHead,
        _ webSocket: WebSocketRequest?,
        mayRegisterWorkers: Bool,
        _ rules: ForwardRules
    ) throws(ProxyError) {
        if !mayRegisterWorkers, head.asksForServiceWorker { throw .serviceWorker }
        if !rules.acceptsWebSockets, webSocket != nil { throw .webSocketDenied }
    }

    private func forwarding(
        _ head: RequestHead,
        from client: ClientRequest,
        to target: TargetURL,
        isEmbedded: Bool
    ) -> RequestPlan.Step {
        guard let prefix else { return .refuse(.noSuchPage) }
        if !prefix.requiredFields.isEmpty,
            !prefix.requiredFields.contains(where: { !head.fields.strings(named: $0).isEmpty })
        {
            return .refuse(.headerRequired(prefix.requiredFields))
        }
        let webSocket: WebSocketRequest?
        let key: Int?
        do throws(ProxyError) {
            webSocket = try self.webSocket(in: head)
            key = try clientKey(in: head, webSocket, for: prefix.forward)
            guard prefix.targets.permits(target) else { throw targetDenied(target) }
            try refuseSpecialRequest(head, webSocket, mayRegisterWorkers: false, prefix.forward)
        } catch {
            return .refuse(error)
        }
        // Browsers follow no redirect of a handshake.
        if prefix.redirectsSameOrigin, webSocket == nil, client.origin.text == target.origin.serialized {
            return .redirect(target)
        }
        return .forward(
            Destination(
                target: target,
                shown: target,
                rules: prefix.forward,
                isEmbedded: isEmbedded,
                clientKey: key,
                webSocket: webSocket
            )
        )
    }
}
