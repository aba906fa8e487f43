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

    func handle(_ head: consuming RequestHead, _ framing: BodyFraming, on exchange: ProxiedExchange) {
        let configuration = exchange.configuration
        let client = exchange.client
        let (plan, standing) = plan(head, of: client, by: configuration)
        exchange.note(plan, standing, origin: head.fields.string(of: .origin))
        if let error = refusal(of: head, framing, on: exchange) { return exchange.answer(error) }
        switch plan.step {
        case .refuse(let error):
            exchange.answer(refusalOfWrongKey(error, of: head, plan, exchange) ?? error)
        case .preflight: exchange.answerPreflight()
        case .help:
            let isTrusted = configuration.trusts(client.peer)
            exchange.answer(.help(for: head, in: configuration, on: client.listener, isTrusted: isTrusted))
        case .iscorsneeded: exchange.answer(.iscorsneeded, withoutCORS: true)
        case .serverOptions: exchange.answer(.serverOptions)
        case .redirect(let target): exchange.answer(.redirect(to: target))
        case .forward(let destination):
            switch admission.admit(head, to: destination, for: exchange) {
            case .admitted: exchange.forward(head, framing, to: destination)
            case .refused(let error): exchange.answer(error)
            case .pending: exchange.awaitAdmission(head, framing, to: destination)
            }
        }
    }

    /// What is to be done with a request, and what its way here says about who asks.
    func plan(_ head: RequestHead, of client: ClientEndpoint, by configuration: CompiledConfiguration)
        -> (RequestPlan, ClientStanding)
    {
        let standing = configuration.standing(of: head, from: client.peer, on: client.listener)
        let source = RequestSource(
            scheme: client.listener.scheme,
            isTrusted: configuration.trusts(client.peer),
            standing: standing
        )
        return (configuration.rules.plan(head, planning, from: source), standing)
    }

    /// What takes the place of a 401 where a client has tried too many keys.
    private func refusalOfWrongKey(
        _ error: ProxyError,
        of head: RequestHead,
        _ plan: RequestPlan,
        _ exchange: ProxiedExchange
    ) -> ProxyError? {
        guard error.code == .clientKeyRequired, let number = plan.rulesNumber else { return nil }
        return admission.refusalOfWrongKey(head, underRules: number, for: exchange)
    }

    /// Limits and expectations, which count before anything is forwarded.
    private func refusal(of head: RequestHead, _ framing: BodyFraming, on exchange: ProxiedExchange)
        -> ProxyError?
    {
        if case .turnedAway = exchange.client.admission { return .tooManyConnections }
        if case .length(let count) = framing, count > exchange.configuration.maximumRequestBody {
            return .requestTooLarge
        }
        if head.version == .http11, head.fields.contains(.expect), !head.expectsContinue {
            return .expectationFailed
        }
        return nil
    }
}
