import Configuration
import HTTPSyntax
import Logging
import ProxyCore
import Sockets
import Upstream

/// What the connections of one shard share; never leaves the shard's queue.
final class ShardContext {
    let loop: EventLoop
    let pool: ConnectionPool
    let buffers = BufferPool()
    let clock = ShardClock()
    let limiter: ConnectionLimiter
    let logger: Logger
    private(set) var snapshot: Snapshot
    private(set) var isDraining = false
    let urlParser = TargetURLParser()
    /// What planning a request needs of libcurl and libpsl.
    let planning: PlanningContext
    private let accessLog: AccessLog
    private let requestIDs: RequestIDs
    private var connections: [ObjectIdentifier: Connection] = [:]

    init(
        snapshot: Snapshot,
        index: Int,
        limiter: ConnectionLimiter,
        suffixes: PublicSuffixList,
        sink: LogSink,
        logSettings: LogSettings,
        logger: Logger
    ) throws(StartError) {
        do throws(SystemError) {
            loop = try EventLoop()
        } catch {
            throw .system("\(error)")
        }
        do throws(ConnectFailure) {
            pool = try ConnectionPool(loop: loop)
        } catch {
            throw .system("libcurl cannot be initialised")
        }
        self.snapshot = snapshot
        self.limiter = limiter
        planning = PlanningContext(urlParser, suffixes, pseudonym: snapshot.pseudonym)
        self.logger = logger
        accessLog = AccessLog(sink, logSettings)
        requestIDs = RequestIDs(shard: index)
        loop.afterRound = { [unowned self] in finishRound() }
    }

    private func finishRound() {
        pool.finishRound()
        accessLog.flush()
    }

    // MARK: Connections

    /// Serves a connection from now on.
    func adopt(_ handover: consuming Handover) {
        let peer = handover.peer
        let listener = handover.listener
        let admission = handover.admission
        let connection = Connection(
            Descriptor(owning: handover.takeDescriptor()),
            peer: peer,
            listener: listener,
            admission: admission,
            context: self
        )
        connections[ObjectIdentifier(connection)] = connection
        do throws(SystemError) {
            try connection.start()
        } catch {
            connection.close()
        }
    }

    func connectionClosed(_ connection: Connection) {
        guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
        limiter.release(connection.peer.address, connection.admission)
    }

    /// Closes what is idle, and the rest after the response that is under way.
    func drain() {
        isDraining = true
        for connection in Array(connections.values) {
            connection.drain()
        }
        finishRound()
    }

    // MARK: For exchanges

    /// The id of one request: what a trusted server in front calls it, or a new one.
    func requestID(of head: RequestHead?, from peer: SocketAddress) -> RequestID {
        if let head, head.fields.contains(.xRequestId), snapshot.trusts(peer),
            head.fields.count(of: .xRequestId) == 1,
            let given = head.fields.value(of: .xRequestId).flatMap({ RequestID($0) })
        {
            return given
        }
        return requestIDs.next()
    }

    /// Whether the log names the page and the program that a request came from.
    var logNamesAgents: Bool { accessLog.namesAgents }

    /// Writes the one line about a request.
    func log(_ record: ExchangeRecord) {
        accessLog.append { record.finished(at: loop.now, timestamp: clock.timestamp) }
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
            hasPublicSuffix: { suffixes.hasKnownSuffix($0) },
            pseudonym: pseudonym
        )
    }
}
