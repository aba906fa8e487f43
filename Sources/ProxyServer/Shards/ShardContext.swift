import HTTPSyntax
import Logging
import ProxyCore
import Sockets
import Upstream

/// What the connections and exchanges of one shard share; never leaves the shard's queue.
final class ShardContext {
    let loop: EventLoop
    let pool: ConnectionPool
    let upstreams: any UpstreamProvider
    let buffers = BufferPool()
    let clock = ShardClock()
    let urlParser: TargetURLParser
    /// Resolves Location fields.
    let resolveLocation: LocationResolver
    let journal: ExchangeJournal
    /// Counts the tunnels of all shards.
    let tunnels: TunnelLimiter
    private(set) var logger: Logger
    private(set) var configuration: CompiledConfiguration
    /// While the program stops: how long an idle connection stays for a request that is on its way, in nanoseconds;
    /// nil before.
    private(set) var drainGrace: UInt64?
    /// Is told of each exchange as it goes on; nil where nobody wants to know.
    let observer: (any ExchangeObserver)?
    private let requestIDs: RequestIDs

    /// - Parameters:
    ///   - index: The shard's place among all.
    ///   - output: Where its log goes.
    ///   - upstreams: Those of the pool, where none are given.
    init(
        _ configuration: CompiledConfiguration,
        index: Int,
        metrics: ShardMetrics,
        sharing allowance: ConnectionAllowance,
        maximumLookups: Int,
        output: LogOutput,
        tunnels: TunnelLimiter = TunnelLimiter(maximum: 1),
        upstreams: (any UpstreamProvider)? = nil,
        observer: (any ExchangeObserver)? = nil
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
        self.upstreams = upstreams ?? PooledUpstreams(pool, buffers: buffers)
        urlParser = TargetURLParser()
        resolveLocation = urlParser.locationResolver
        self.configuration = configuration
        logger = output.logger
        self.observer = observer
        self.tunnels = tunnels
        requestIDs = RequestIDs(shard: index)
        journal = ExchangeJournal(metrics, clock: clock, output, configuration.routeLabels)
        pool.setConfiguredNames(configuration.configuredNames)
        loop.afterRound = { [unowned self] in finishRound() }
    }

    /// Hands on what has come together since the last round.
    func finishRound() {
        pool.finishRound()
        journal.finishRound(pool, loop)
    }

    /// Serves by another configuration from the next requests on.
    func adopt(_ configuration: CompiledConfiguration, _ output: LogOutput) {
        logger = output.logger
        self.configuration = configuration
        journal.adopt(output, configuration.routeLabels)
        pool.setConfiguredNames(configuration.configuredNames)
        pool.closeIdle { !configuration.uses(profile: $0) }
    }

    /// The program stops.
    func beginDraining(grace: UInt64) {
        drainGrace = grace
    }

    /// Whether another request may follow one on its connection.
    ///
    /// Behind a WebSocket handshake, refused or not, may come what is none.
    func persists(after head: RequestHead) -> Bool {
        head.keepsAlive && drainGrace == nil && !head.asksForWebSocket
    }

    /// The id of a request that has none yet.
    func nextRequestID() -> RequestID { requestIDs.next() }
}
