import CORSPolicy
import HTTPSyntax
import ProxyCore

/// Requests that are forwarded: each is planned by the configuration in force, then answered or passed on.
final class ProxyHandler: RequestHandler {
    let drainsLast = false
    let isCounted = true
    let limiter: ConnectionLimiter
    private let planning: PlanningContext
    private let admission: any Admission

    init(_ planning: PlanningContext, limiter: ConnectionLimiter, admission: any Admission) {
        self.planning = planning
        self.limiter = limiter
        self.admission = admission
    }

    func handle(
        _ head: consuming RequestHead,
        _ length: BodyLength,
        from client: ClientRequest,
        on exchange: ProxiedExchange
    ) {
        let configuration = exchange.configuration
        let plan = plan(head, from: client, by: configuration.rules)
        exchange.note(plan)
        if let error = refusal(of: head, length, on: exchange) { return exchange.answer(error) }
        switch plan.step {
        case .refuse(let error):
            exchange.answer(refusalOfWrongKey(error, of: head, from: client, plan, exchange) ?? error)
        case .preflight(let decision): exchange.answerPreflight(decision)
        case .help:
            let listener = exchange.client.listener
            exchange.answer(.help(for: head, from: client, in: configuration, on: listener))
        case .iscorsneeded: exchange.answer(.iscorsneeded, withoutCORS: true)
        case .serverOptions: exchange.answer(.serverOptions)
        case .redirect(let target): exchange.answer(.redirect(to: target))
        case .forward(let destination):
            switch admission.admit(head, from: client, to: destination, for: exchange) {
            case .admitted: exchange.forward(head, length, to: destination)
            case .refused(let error): exchange.answer(error)
            case .pending: exchange.awaitAdmission(head, length, to: destination)
            }
        }
    }

    /// What is to be done with a request.
    func plan(_ head: RequestHead, from client: ClientRequest, by rules: ProxyRules) -> RequestPlan {
        rules.plan(head, planning, from: client)
    }

    func destination(
        of head: RequestHead,
        from client: ClientEndpoint,
        by configuration: CompiledConfiguration
    ) -> Destination? {
        let asker = client.request(
            head,
            isTrusted: configuration.forwarders.trust(client.peer),
            id: RequestID(prefix: [], number: 0),
            rules: configuration.rules
        )
        guard case .forward(let destination) = plan(head, from: asker, by: configuration.rules).step else {
            return nil
        }
        return destination
    }

    /// What takes the place of a 401 where a client has tried too many keys.
    private func refusalOfWrongKey(
        _ error: ProxyError,
        of head: RequestHead,
        from client: ClientRequest,
        _ plan: RequestPlan,
        _ exchange: ProxiedExchange
    ) -> ProxyError? {
        guard error.code == .clientKeyRequired, let number = plan.rulesNumber else { return nil }
        return admission.refusalOfWrongKey(head, from: client, underRules: number, for: exchange)
    }

    /// Limits and expectations, which count before anything is forwarded.
    private func refusal(of head: RequestHead, _ length: BodyLength, on exchange: ProxiedExchange)
        -> ProxyError?
    {
        if case .turnedAway = exchange.client.verdict { return .tooManyConnections }
        if case .known(let count) = length, count > exchange.configuration.maximumRequestBody {
            return .requestTooLarge
        }
        if head.version == .http11, head.fields.contains(.expect), !head.expectsContinue {
            return .expectationFailed
        }
        return nil
    }
}
