import Configuration
import Logging
import Sockets
import Upstream

/// The proxy: listens, serves, and stops without dropping what is under way.
public final class Server: Sendable {
    /// Where it listens.
    let listeners: [Listener]
    /// Writes to where the configuration says, in its format.
    public let logger: Logger
    let settings: Settings
    private let shards: [Shard]
    private let limiter: ConnectionLimiter
    private let sink: LogSink
    private let messages: LogSink
    /// What the admin listener tells.
    let status: ServerStatus

    /// Binds the addresses and makes the shards.
    ///
    /// - Parameters:
    ///   - settings: Validated settings.
    ///   - environment: Where proxies for upstreams may be named.
    ///   - version: What the metrics call the program's version.
    /// - Throws: `StartError`, in words for who started the program.
    public init(
        _ settings: Settings,
        environment: [String: String],
        version: String = "unknown"
    ) async throws(StartError) {
        self.settings = settings
        let (sink, messages) = try Self.sinks(settings.log)
        let logger = Logger(label: "corsway") { _ in SinkLogHandler(messages, settings.log) }
        let limiter = ConnectionLimiter(
            maximum: Self.maximumConnections(settings.limits, logger),
            maximumPerAddress: settings.limits.connectionsPerAddress
        )
        let suffixes = PublicSuffixList()
        let open = try settings.listening.map { settings, role throws(StartError) in
            try OpenListener(settings, role: role)
        }
        listeners = open.map(\.listener)
        let snapshot = try Snapshot(
            settings,
            listeners: listeners,
            pseudonym: "corsway-\(String(UInt64.random(in: .min ... .max), radix: 36))",
            environment: environment,
            suffixes: suffixes
        )
        let count = settings.shards > 0 ? settings.shards : usableCores()
        let status = ServerStatus(
            shards: count,
            limiter: limiter,
            sinks: settings.log.format == .combined ? [sink, messages] : [sink],
            version: version
        )
        self.status = status
        shards = try (0..<count).map { index throws(StartError) in
            try Shard(
                index: index,
                snapshot: snapshot,
                limiter: limiter,
                status: status,
                suffixes: suffixes,
                sink: sink,
                logSettings: settings.log,
                logger: logger
            )
        }
        self.limiter = limiter
        self.sink = sink
        self.messages = messages
        self.logger = logger
        for shard in shards {
            try await shard.start()
        }
        // A socket belongs to one shard, which deals the connections out.
        let sockets = open.flatMap { each in each.sockets.map { (each.listener, $0) } }
        for (index, (listener, socket)) in sockets.enumerated() {
            let owner = index % shards.count
            let inboxes = shards.indices.map { $0 == owner ? nil : shards[$0].inbox }
            try await shards[owner].accept(on: socket, of: listener, inboxes: inboxes)
        }
        status.isReady = true
    }

    /// Where the lines about requests go, and where messages go.
    private static func sinks(_ settings: LogSettings) throws(StartError) -> (LogSink, LogSink) {
        do throws(SystemError) {
            let records = try LogSink.records(settings)
            return (records, settings.format == .combined ? try LogSink.standardError() : records)
        } catch {
            throw .configuration("The log cannot be written: \(error). Choose another log.file.")
        }
    }

    /// As many connections as asked for, or as descriptors allow: each may need one more for its upstream.
    private static func maximumConnections(_ limits: LimitsSettings, _ logger: Logger) -> Int {
        let allowed = max(1, (raiseDescriptorLimit() - 64) / 2)
        guard limits.connections > allowed else { return limits.connections }
        // The default is as many as there can be; only a number that somebody wrote is worth a warning.
        guard limits.connections != LimitsSettings().connections else { return allowed }
        logger.warning(
            "limits.connections is lowered from \(limits.connections) to \(allowed): raise the limit of open files."
        )
        return allowed
    }

    /// How many connections are open.
    public var connectionCount: Int { limiter.count }

    /// Waits until everything logged has been written.
    public func flushLog() {
        sink.flush()
        messages.flush()
    }

    /// Opens the log's file anew, after it was moved away.
    public func reopenLog() {
        sink.reopen { [logger] error in
            logger.error("log.file cannot be opened again: \(error). The old one is written on.")
        }
    }

    /// Stops listening, finishes the requests that have arrived, and closes everything.
    ///
    /// - Returns: Whether everything was finished within `limits.drainTimeout`.
    public func drain() async -> Bool {
        let start = MonotonicTime.now()
        let limit = start.advanced(byNanoseconds: settings.limits.drainTimeout.inNanoseconds)
        status.isReady = false
        for shard in shards {
            await shard.stopAccepting()
        }
        for shard in shards {
            await shard.drain()
        }
        while limiter.count > 0 {
            guard MonotonicTime.now() < limit else {
                // Each request that is cut has its line in the log, too.
                for shard in shards { await shard.abandon() }
                return false
            }
            do {
                try await Task.sleep(for: .milliseconds(5))
            } catch {
                return false
            }
        }
        return true
    }
}
