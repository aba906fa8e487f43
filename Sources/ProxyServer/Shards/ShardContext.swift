import HTTPSyntax
import Logging
import ProxyCore
import Sockets
import Upstream

/// What the connections of one shard share; never leaves the shard's queue.
final class ShardContext {
    /// So many connections take note of another configuration in one round.
    private static let maximumRenewed = 256

    let loop: EventLoop
    let pool: ConnectionPool
    let buffers = BufferPool()
    let clock = ShardClock()
    let limiter: ConnectionLimiter
    private(set) var logger: Logger
    private(set) var configuration: CompiledConfiguration {
        didSet { routeIndexes = metrics.indexes(of: configuration.routeLabels) }
    }
    /// Made when the first connection of a listener comes.
    private var tlsContexts: [ObjectIdentifier: (material: TLSMaterial, context: TLSContext)] = [:]
    private(set) var isDraining = false
    /// While draining: how long an idle connection stays for a request that is on its way, in nanoseconds.
    private(set) var drainGrace: UInt64 = 0
    let urlParser = TargetURLParser()
    /// What planning a request needs of libcurl and libpsl.
    let planning: PlanningContext
    private var accessLog: AccessLog
    private let requestIDs: RequestIDs
    private var connections: [ObjectIdentifier: Connection] = [:]
    /// What the admin listener tells.
    let status: ServerStatus
    private let inbox: ShardInbox
    /// Exchanges whose answer is built elsewhere, by the number under which it will come.
    private var awaited: [Int: ProxiedExchange] = [:]
    private var lastNumber = 0
    /// Connections that have not taken note of the configuration yet.
    private var outdated: [Connection] = []
    private var renewal: EventToken?
    private let metrics: ShardMetrics
    /// Is told of each request, where a dry run wants to know why it was answered so.
    private let observer: (@Sendable (ExchangeRecord) -> Void)?
    /// Where the figures of a route stand, by the number of its rules.
    private var routeIndexes: [Int] = []
    private var gauges = ShardFigures.Gauges()
    private var published = ShardFigures.Gauges()

    init(
        inbox: ShardInbox,
        configuration: CompiledConfiguration,
        index: Int,
        limiter: ConnectionLimiter,
        status: ServerStatus,
        allowance: ConnectionAllowance,
        maximumLookups: Int,
        suffixes: PublicSuffixList,
        output: LogOutput,
        observer: (@Sendable (ExchangeRecord) -> Void)? = nil
    ) throws(StartError) {
        do throws(SystemError) {
            loop = try EventLoop()
        } catch {
            throw .system("\(error)")
        }
        do throws(ConnectFailure) {
            pool = try ConnectionPool(loop: loop, sharing: allowance, maximumLookups: maximumLookups)
        } catch {
            throw .system("libcurl cannot be initialised")
        }
        self.configuration = configuration
        self.limiter = limiter
        planning = PlanningContext(urlParser, suffixes, pseudonym: configuration.pseudonym)
        logger = output.logger
        accessLog = AccessLog(output.records, output.settings)
        requestIDs = RequestIDs(shard: index)
        self.status = status
        self.inbox = inbox
        self.observer = observer
        metrics = status.shards[index]
        routeIndexes = metrics.indexes(of: configuration.routeLabels)
        pool.setConfiguredNames(configuration.configuredNames)
        loop.afterRound = { [unowned self] in finishRound() }
    }

    private func finishRound() {
        pool.finishRound()
        accessLog.flush()
        publishGauges()
    }

    private func publishGauges() {
        gauges.pool = pool.figures
        gauges.loop = loop.figures
        let dials = pool.takeDialTimes()
        guard gauges != published || !dials.isEmpty else { return }
        published = gauges
        metrics.publish(gauges, dials)
    }

    // MARK: Connections

    /// Serves a connection from now on.
    func adopt(_ accepted: consuming AcceptedConnection) {
        let peer = accepted.peer
        let listener = accepted.listener
        let admission = accepted.admission
        let connection = Connection(
            Descriptor(owning: accepted.takeDescriptor()),
            peer: peer,
            listener: listener,
            admission: admission,
            context: self
        )
        connections[ObjectIdentifier(connection)] = connection
        if listener.role == .proxy { gauges.connections += 1 }
        do throws(SystemError) {
            try connection.start()
        } catch {
            connection.close()
        }
    }

    /// TLS for a connection of a listener.
    func stream(of material: TLSMaterial, on socket: StreamSocket) throws(SystemError) -> TLSStream {
        guard let context = tlsContext(material) else { throw .outOfMemory }
        return TLSStream(context, on: socket)
    }

    private func tlsContext(_ material: TLSMaterial) -> TLSContext? {
        if let known = tlsContexts[ObjectIdentifier(material)] { return known.context }
        do throws(TLSIdentityError) {
            let context = try material.context()
            tlsContexts[ObjectIdentifier(material)] = (material, context)
            return context
        } catch {
            logger.error("A certificate cannot be served: \(error.message) \(error.mend)")
            return nil
        }
    }

    func connectionClosed(_ connection: Connection) {
        guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
        limiter(for: connection.listener.role).release(connection.peer.address, connection.admission)
        if connection.listener.role == .proxy { gauges.connections -= 1 }
    }

    /// What counts the connections of a listener: those that ask for health are never in the way of others.
    func limiter(for role: Listener.Role) -> ConnectionLimiter {
        switch role {
        case .proxy: limiter
        case .admin: status.adminLimiter
        }
    }

    /// Serves by another configuration from the next requests on.
    func adopt(_ configuration: CompiledConfiguration, _ output: LogOutput) {
        accessLog.flush()
        accessLog = AccessLog(output.records, output.settings)
        logger = output.logger
        self.configuration = configuration
        // Those that are still served are made again; the others went with their listeners.
        tlsContexts.removeAll()
        pool.setConfiguredNames(configuration.configuredNames)
        pool.closeIdle { !configuration.uses(profile: $0) }
        outdated = Array(connections.values)
        renewConnections()
    }

    /// Has connections take note of the configuration, some in each round; what is asked meanwhile counts by it
    /// already.
    private func renewConnections() {
        for _ in 0..<Self.maximumRenewed {
            guard let connection = outdated.popLast() else { return }
            connection.renewWhereIdle()
        }
        let token = renewal ?? loop.register(Renewal(self))
        renewal = token
        loop.callAgain(token)
    }

    /// Goes on with what is done in portions.
    private final class Renewal: EventHandler {
        private unowned let context: ShardContext

        init(_ context: ShardContext) {
            self.context = context
        }

        func ready(for readiness: Readiness) {
            context.renewConnections()
        }

        func deadlinePassed() {}
    }

    // MARK: Pages that are built elsewhere

    /// Has the page of metrics built; the exchange gets it when it is there.
    func askForMetrics(_ exchange: ProxiedExchange) {
        lastNumber += 1
        awaited[lastNumber] = exchange
        status.askForMetrics(inbox, number: lastNumber)
    }

    func deliver(_ page: [UInt8], number: Int) {
        awaited.removeValue(forKey: number)?.answerMetrics(page)
    }

    /// Closes what stays idle for a moment, and the rest after the response that is under way; health can still
    /// be asked for.
    func drain(grace: UInt64) {
        isDraining = true
        drainGrace = grace
        for connection in Array(connections.values) where connection.listener.role == .proxy {
            connection.drain()
        }
        finishRound()
    }

    /// Gives up what is still under way.
    func abandon() {
        for connection in Array(connections.values) {
            connection.abandon()
        }
        finishRound()
    }

    // MARK: For exchanges

    /// The id of one request: what a trusted server in front calls it, or a new one.
    func requestID(of head: RequestHead?, from peer: Peer) -> RequestID {
        if let head, head.fields.contains(.xRequestId), configuration.trusts(peer),
            head.fields.count(of: .xRequestId) == 1,
            let given = head.fields.value(of: .xRequestId).flatMap({ RequestID($0) })
        {
            return given
        }
        return requestIDs.next()
    }

    /// Whether the log names the page and the program that a request came from.
    var logNamesAgents: Bool { accessLog.namesAgents }

    /// Where the figures of a route stand.
    func routeIndex(ofRules number: Int) -> Int {
        routeIndexes[number]
    }

    func exchangeBegan(on listener: Listener) {
        if listener.role == .proxy { gauges.exchanges += 1 }
    }

    /// Writes the one line about a request, and counts it; of health and metrics only what was refused.
    func log(_ record: ExchangeRecord, on listener: Listener) {
        let now = MonotonicTime.now()
        switch listener.role {
        case .proxy:
            gauges.exchanges -= 1
            metrics.note(record, at: now)
        case .admin:
            guard record.status >= 400, record.status != 503 else { return }
        }
        accessLog.append { record.finished(at: now, timestamp: clock.timestamp) }
        if let observer { observer(record) }
    }
}

extension PlanningContext {
    /// Asks libcurl for the origins of targets, and libpsl for their suffixes.
    init(_ parser: TargetURLParser, _ suffixes: PublicSuffixList, pseudonym: String) {
        self.init(
            parseOrigin: { scheme, authority throws(ProxyError) in
                do throws(TargetURLError) {
                    return try parser.origin(scheme: scheme.rawValue, authority: authority)
                } catch {
                    throw ProxyError(error)
                }
            },
            hasPublicSuffix: { name in
                if name.utf8.allSatisfy({ $0 < 0x80 }) { return suffixes.hasKnownSuffix(name) }
                return canonicalHost(name).map { suffixes.hasKnownSuffix($0) } ?? false
            },
            isPublicSuffix: { suffixes.isPublicSuffix($0) },
            pseudonym: pseudonym
        )
    }
}
