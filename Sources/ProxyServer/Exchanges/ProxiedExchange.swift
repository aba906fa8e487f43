import CORSPolicy
import HTTPSyntax
import HTTPTypes
import IPAddresses
import ProxyCore
import Sockets
import Upstream

/// One request from its head to the last byte of its response: plans it, forwards it, writes what comes back.
///
/// The pure `Exchange` decides what an event means; this performs it between a `Connection` and a `Transfer`.
final class ProxiedExchange {
    let context: ShardContext
    /// Holds this exchange in turn, until it ends.
    let connection: Connection
    let configuration: CompiledConfiguration
    let isOldClient: Bool
    let isHeadRequest: Bool
    /// Who asks, as far as trusted servers in front say; nil where it has no address.
    var client: IPAddress?
    var machine: Exchange
    /// What the way by which the request came says about who asks.
    var standing = ClientStanding.stranger(nil)
    var decision: CORSDecision?
    var policy: CORSPolicy
    var decoder = BodyDecoder(.none)
    var bodyBytes = 0
    var replay = ReplayBuffer()
    var forwarding: Forwarding?
    var transfer: Transfer?
    var encoder = BodyEncoder(.none)
    /// What is still to be written of a body of our own.
    var ownBody: ArraySlice<UInt8> = []
    /// Whether the end of the response's body shows by itself.
    var isDelimited = true
    var responseBytes = 0
    let record: ExchangeRecord

    /// Makes an exchange for a head, or for one that could not be read.
    init(_ head: RequestHead?, connection: Connection, context: ShardContext) {
        self.context = context
        self.connection = connection
        isOldClient = head?.version == .http10
        isHeadRequest = head?.method == .head
        configuration = context.configuration
        policy = context.configuration.rules.policy
        machine = Exchange(hasBody: false, keepsAlive: head?.keepsAlive == true && !context.isDraining)
        record = ExchangeRecord(
            head,
            clientAddress: connection.clientAddress,
            began: context.loop.now,
            requestID: context.requestID(of: head, from: connection.peer),
            namesAgents: context.logNamesAgents
        )
        context.exchangeBegan(on: connection.listener)
    }

    // MARK: Planning

    /// Answers a head that could not be read.
    func begin(unreadable error: ProxyError) {
        answer(error)
    }

    /// Does what the head asks for.
    func begin(_ head: consuming RequestHead) {
        let framing: BodyFraming
        do throws(SyntaxError) {
            framing = try head.framing()
        } catch {
            machine.closeAfterResponse()
            return answer(ProxyError(error))
        }
        decoder = BodyDecoder(framing)
        machine = Exchange(hasBody: framing != .none, keepsAlive: head.keepsAlive && !context.isDraining)
        if connection.listener.role == .admin { return answerAdmin(head) }
        standing = configuration.standing(of: head, from: connection.peer, on: connection.listener)
        let source = RequestSource(
            scheme: connection.listener.scheme,
            isTrusted: configuration.trusts(connection.peer),
            standing: standing
        )
        let plan = configuration.rules.plan(head, context.planning, from: source)
        decision = plan.decision
        policy = plan.policy
        if let number = plan.rulesNumber { record.routeIndex = context.routeIndex(ofRules: number) }
        record.note(
            plan.decision,
            by: plan.policy,
            origin: head.fields.string(of: .origin),
            advice: plan.advice
        )
        if let error = refusal(of: head, framing) { return answer(error) }
        switch plan.step {
        case .refuse(let error): answer(wrongKeyRefusal(error, of: head, plan) ?? error)
        case .preflight: answerPreflight()
        case .help: answerHelp(head)
        case .iscorsneeded: answer(.iscorsneeded, withoutCORS: true)
        case .serverOptions: answer(.serverOptions)
        case .redirect(let target): answer(.redirect(to: target))
        case .forward(let destination):
            if let error = configuration.rateRefusal(
                of: head,
                to: destination,
                from: connection.peer,
                at: context.loop.now,
                context.logger
            ) {
                return answer(error)
            }
            forward(head, framing, to: destination, isStranger: standing.isStranger)
        }
    }

    /// What takes the place of a 401 where a client has tried too many keys.
    private func wrongKeyRefusal(_ error: ProxyError, of head: RequestHead, _ plan: RequestPlan)
        -> ProxyError?
    {
        guard error.code == .clientKeyRequired, let number = plan.rulesNumber else { return nil }
        return configuration.wrongKeyRefusal(
            of: head,
            underRules: number,
            from: connection.peer,
            at: context.loop.now,
            context.logger
        )
    }

    /// Limits and expectations, which count before anything is forwarded.
    func refusal(of head: RequestHead, _ framing: BodyFraming) -> ProxyError? {
        if case .turnedAway = connection.admission {
            machine.closeAfterResponse()
            return .tooManyConnections
        }
        if case .length(let count) = framing, count > configuration.maximumRequestBody {
            return .requestTooLarge
        }
        if head.version == .http11, head.fields.contains(.expect), !head.expectsContinue {
            return .expectationFailed
        }
        return nil
    }

    // MARK: From the connection

    /// Whether the client may be sent an interim response; HTTP/1.0 knows none.
    var mayProbe: Bool { machine.isUnanswered && !isOldClient }

    /// The client has taken all that was written.
    func downstreamDrained() {
        if !ownBody.isEmpty { return connection.callAgain() }
        transfer?.resume()
    }

    /// The client has gone.
    func downstreamLost() {
        guard machine.handle(.downstreamLost) == .abandon else { return }
        transfer?.cancel()
        record.isAbandoned = true
        conclude()
        connection.close()
    }

    /// The program ends before the response is complete.
    func programEnds() {
        guard machine.handle(.downstreamLost) == .abandon else { return }
        transfer?.cancel()
        record.note(.shuttingDown)
        conclude()
        connection.cut(isDelimited: false)
    }

    /// The program stops.
    func closeAfterResponse() {
        // A head that is written has promised that the next request is read.
        guard machine.isUnanswered else { return }
        machine.closeAfterResponse()
    }
}
