import Configuration
import Logging
import Sockets
import Synchronization
import Upstream

/// The proxy: listens, serves, takes new settings, and stops without dropping what is under way.
public final class Server: Sendable {
    /// What a reload replaces.
    struct Current: Sendable {
        var settings: Settings
        var open: [OpenListener]
        var configuration: CompiledConfiguration
        var output: LogOutput
    }

    let current: Mutex<Current>
    let shards: [Shard]
    let limiter: ConnectionLimiter
    let tunnels: TunnelLimiter
    /// How many connections to upstreams all shards may have together.
    let allowance: ConnectionAllowance
    let suffixes: PublicSuffixList
    let retired = RetiredConfigurations()
    /// Where proxies for upstreams may be named.
    let environment: [String: String]
    /// What the admin listener tells.
    let status: ServerStatus

    /// A client cannot know that its connection is about to be closed: what it sends until then is answered.
    private static let drainGrace: UInt64 = 250_000_000

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
        let output = try LogOutput(settings.log)
        let count = settings.shards > 0 ? settings.shards : usableCores()
        let limits = settings.limits
        let budget = Self.budget(limits, shards: count, output.logger)
        makeRoomForDescriptors(budget.total)
        limiter = ConnectionLimiter(maximum: budget.clients, maximumPerAddress: limits.connectionsPerAddress)
        allowance = ConnectionAllowance(maximum: budget.upstreams)
        suffixes = PublicSuffixList()
        self.environment = environment
        let first = try Current(opening: settings, output, environment: environment, suffixes: suffixes)
        current = Mutex(first)
        tunnels = TunnelLimiter(maximum: first.configuration.maximumWebSockets)
        status = ServerStatus(
            shards: count,
            limiter: limiter,
            maximumAdminConnections: budget.admin,
            sinks: output.sinks,
            version: version
        )
        var shards: [Shard] = []
        for index in 0..<count {
            let shard = try Shard(
                index: index,
                configuration: first.configuration,
                limiter: limiter,
                status: status,
                tunnels: tunnels,
                allowance: allowance,
                maximumLookups: budget.lookups,
                suffixes: suffixes,
                output: output
            )
            shards.append(shard)
        }
        self.shards = shards
        try await start(first)
    }

    /// Starts the shards, then to accept.
    private func start(_ first: Current) async throws(StartError) {
        status.configuration = first.settings.outline.description
        for shard in shards {
            try await shard.start()
        }
        try await accept(on: first.open)
        status.isReady = true
    }

    /// Accepts on sockets from now on: each belongs to one shard, which deals its connections out.
    ///
    /// - Parameter known: Sockets that are accepted on already.
    func accept(
        on open: [OpenListener],
        except known: Set<ObjectIdentifier> = []
    ) async throws(StartError) {
        let sockets = open.flatMap { each in
            each.sockets.filter { !known.contains(ObjectIdentifier($0)) }.map { (each.listener, $0) }
        }
        for (index, (listener, socket)) in sockets.enumerated() {
            let owner = index % shards.count
            let inboxes = shards.indices.map { $0 == owner ? nil : shards[$0].inbox }
            try await shards[owner].accept(on: socket, of: listener, inboxes: inboxes)
        }
    }

    /// As much as asked for, or as descriptors allow.
    static func budget(_ limits: LimitsSettings, shards: Int, _ logger: Logger) -> DescriptorBudget {
        let budget = DescriptorBudget(of: raiseDescriptorLimit(), shards: shards, limits)
        for warning in budget.warnings(limits) { logger.warning("\(warning)") }
        return budget
    }

    /// The settings in force.
    public var settings: Settings { current.withLock { $0.settings } }

    /// Writes to where the configuration says, in its format.
    public var logger: Logger { current.withLock { $0.output.logger } }

    /// Where it listens.
    var listeners: [Listener] { current.withLock { $0.open.map(\.listener) } }

    /// How many connections are open.
    public var connectionCount: Int { limiter.count }

    /// Waits until everything logged has been written.
    public func flushLog() {
        current.withLock { $0.output }.flush()
    }

    /// Opens the log's file anew, after it was moved away.
    public func reopenLog() {
        let output = current.withLock { $0.output }
        output.records.reopen { error in
            output.logger.error("log.file cannot be opened again: \(error). The old one is written on.")
        }
    }

    /// Stops listening, finishes the requests that have arrived or are on their way, and closes everything.
    ///
    /// - Returns: Whether everything was finished within `limits.drainTimeout`; what was not has been cut off.
    public func drain() async -> Bool {
        // From here on the acceptors alone hold the sockets, so that one that stops closes its own.
        let settings = current.withLock { current in
            current.open.removeAll { $0.listener.role == .proxy }
            return current.settings
        }
        let start = MonotonicTime.now()
        status.isReady = false
        let timeout = settings.limits.drainTimeout.inNanoseconds
        let limit = start.advanced(byNanoseconds: timeout)
        for shard in shards {
            await shard.stopAccepting()
        }
        for shard in shards {
            await shard.drain(grace: min(Self.drainGrace, timeout / 2))
        }
        while limiter.count > 0 {
            guard MonotonicTime.now() < limit, await rest() else {
                logger.warning("limits.drainTimeout has passed: \(limiter.count) connections are cut off.")
                // Each request that is cut has its line in the log, too.
                for shard in shards {
                    await shard.abandon()
                }
                return false
            }
        }
        return true
    }

    /// Waits a moment; false where the task has been cancelled.
    private func rest() async -> Bool {
        do {
            try await Task.sleep(for: .milliseconds(5))
            return true
        } catch {
            return false
        }
    }
}

extension Server.Current {
    /// Opens and compiles what a server begins with.
    fileprivate init(
        opening settings: Settings,
        _ output: LogOutput,
        environment: [String: String],
        suffixes: PublicSuffixList
    ) throws(StartError) {
        let all = settings.listening.map(\.settings)
        let open = try settings.listening.map { settings, role throws(StartError) in
            try OpenListener(settings, role: role, among: all)
        }
        let configuration = try CompiledConfiguration(
            settings,
            listeners: open.map(\.listener),
            pseudonym: "corsway-\(String(UInt64.random(in: .min ... .max), radix: 36))",
            environment: environment,
            suffixes: suffixes
        )
        configuration.readAuthorities(for: settings)
        self.init(settings: settings, open: open, configuration: configuration, output: output)
    }
}
