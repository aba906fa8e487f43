import ProxyCore
import Sockets
import Synchronization
import Upstream

/// What the server as a whole has to tell: whether it is ready, its figures, its configuration.
final class ServerStatus: Sendable {
    private struct State {
        var isReady = false
        var reloads = 0
        var failedReloads = 0
        var lastReload = WallTime.now().seconds
        var configuration: String?
        var sinks: [LogSink]
        /// On sinks that are used no more.
        var lostLines = 0
    }

    /// One for each shard.
    let shards: [ShardMetrics]
    let limiter: ConnectionLimiter
    /// Counts the connections of the admin listener.
    let adminLimiter: ConnectionLimiter
    let version: String
    private let desk = MetricsDesk()
    private let state: Mutex<State>
    private let started = WallTime.now().seconds

    init(
        shards: Int,
        limiter: ConnectionLimiter,
        maximumAdminConnections: Int,
        sinks: [LogSink],
        version: String
    ) {
        self.shards = (0..<shards).map { _ in ShardMetrics() }
        self.limiter = limiter
        adminLimiter = ConnectionLimiter(maximum: maximumAdminConnections, maximumPerAddress: 0)
        state = Mutex(State(sinks: sinks))
        self.version = version
    }

    /// Whether requests are served: not before all is listened on, nor while the server drains.
    var isReady: Bool {
        get { state.withLock { $0.isReady } }
        set { state.withLock { $0.isReady = newValue } }
    }

    /// The configuration in force, fit to be shown; nil where there is no text of it.
    var configuration: String? {
        get { state.withLock { $0.configuration } }
        set { state.withLock { $0.configuration = newValue } }
    }

    /// Counts a reload, after which this is the configuration in force, and these take the log.
    func noteReload(_ configuration: String, _ sinks: [LogSink]) {
        state.withLock { state in
            state.reloads += 1
            state.lastReload = WallTime.now().seconds
            state.configuration = configuration
            state.lostLines += state.sinks.reduce(0) { $0 + $1.lostLines }
            state.sinks = sinks
        }
    }

    /// Counts a reload that left all of the old in force.
    func noteFailedReload() {
        state.withLock { $0.failedReloads += 1 }
    }

    // MARK: Metrics

    /// Has all metrics written away from event loops, and left in an inbox.
    func askForMetrics(_ inbox: ShardInbox, number: Int) {
        desk.ask(inbox, number: number) { self.metrics() }
    }

    /// All metrics, in Prometheus' text format.
    private func metrics() -> [UInt8] {
        var figures = ShardFigures()
        for shard in shards { figures.add(shard.current) }
        var text = MetricsText()
        text.write(figures)
        writeConnections(figures.gauges, to: &text)
        writeReloads(to: &text)
        writeProcess(to: &text)
        return text.bytes
    }

    private func writeConnections(_ gauges: ShardFigures.Gauges, to text: inout MetricsText) {
        text.family(
            "corsway_connections",
            .gauge,
            "Clients' connections: active ones have a request under way, idle ones wait."
        )
        text.sample([("state", "active")], gauges.exchanges)
        text.sample([("state", "idle")], max(0, gauges.connections - gauges.exchanges))
        let admissions = limiter.admissions
        text.family(
            "corsway_connections_accepted_total",
            .counter,
            "Clients' connections that were accepted."
        )
        text.sample(admissions.accepted)
        text.family(
            "corsway_connections_rejected_total",
            .counter,
            "Clients' connections over a limit: answered ones got a 503, dropped ones were closed."
        )
        text.sample([("how", "answered")], admissions.turnedAway)
        text.sample([("how", "dropped")], admissions.dropped)
    }

    private func writeReloads(to text: inout MetricsText) {
        let state = state.withLock { $0 }
        text.family("corsway_ready", .gauge, "1 while requests are served, 0 while the program drains.")
        text.sample(state.isReady ? 1 : 0)
        text.family("corsway_config_reloads_total", .counter, "Reloads of the configuration.")
        text.sample([("result", "success")], state.reloads)
        text.sample([("result", "failure")], state.failedReloads)
        text.family(
            "corsway_config_last_reload_success_timestamp_seconds",
            .gauge,
            "When the configuration in force was loaded."
        )
        text.sample(Int(state.lastReload))
        text.family("corsway_log_lines_lost_total", .counter, "Lines of the log that could not be written.")
        text.sample(state.sinks.reduce(state.lostLines) { $0 + $1.lostLines })
        text.family("corsway_shards", .gauge, "Event loops.")
        text.sample(shards.count)
        text.family("corsway_build_info", .gauge, "1; the labels say what runs.")
        text.sample(
            [("version", version), ("libcurl", LibraryVersions.curl), ("tls", LibraryVersions.tls)],
            1
        )
    }

    private func writeProcess(to text: inout MetricsText) {
        let process = ProcessFigures.now()
        text.family("process_cpu_seconds_total", .counter, "User and system time.")
        text.sample(nanoseconds: process.cpuNanoseconds)
        text.family("process_start_time_seconds", .gauge, "When the program was started.")
        text.sample(Int(started))
        text.family("process_resident_memory_bytes", .gauge, "Memory in use.")
        text.sample(process.residentBytes)
        text.family("process_virtual_memory_bytes", .gauge, "Address space in use.")
        text.sample(process.virtualBytes)
        text.family("process_open_fds", .gauge, "Descriptors that are open.")
        text.sample(process.openDescriptors)
        text.family("process_max_fds", .gauge, "Descriptors that may be open.")
        text.sample(process.maximumDescriptors)
    }
}
