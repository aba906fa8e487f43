import CORSPolicy
import HTTPSyntax
import ProxyCore
import Sockets
import Upstream

/// What one shard has counted; what a client sends makes no new series, only routes and statuses do.
struct ShardFigures: Sendable {
    /// Responses of one status and verdict.
    struct ResponseCount: Sendable {
        /// -1 stands for all statuses beyond the first few.
        let status: Int
        let verdict: AccessRecord.Verdict
        var count: Int
    }

    /// What came under one route, the prefix form, or neither.
    struct RouteFigures: Sendable {
        /// How many pairs of status and verdict are told apart.
        private static let maximumResponses = 64

        let label: String
        var responses: [ResponseCount] = []
        var total = Histogram()
        var proxy = Histogram()
        var upstream = Histogram()
        var requestBytes = 0
        var responseBytes = 0

        init(label: String) {
            self.label = label
        }

        mutating func count(status: Int, _ verdict: AccessRecord.Verdict, by number: Int = 1) {
            // There are few; to look at them one by one is faster than to hash.
            for index in responses.indices
            where responses[index].status == status && responses[index].verdict == verdict {
                responses[index].count += number
                return
            }
            // An upstream may send each number there is.
            guard responses.count < Self.maximumResponses || status < 0 else {
                return count(status: -1, verdict, by: number)
            }
            responses.append(ResponseCount(status: status, verdict: verdict, count: number))
        }

        /// Counts one exchange and how long it took, in nanoseconds.
        mutating func count(
            status: Int,
            _ verdict: AccessRecord.Verdict,
            total: UInt64,
            proxy: UInt64,
            upstream: UInt64?
        ) {
            count(status: status, verdict)
            self.total.observe(nanoseconds: total)
            self.proxy.observe(nanoseconds: proxy)
            if let upstream { self.upstream.observe(nanoseconds: upstream) }
        }

        mutating func add(_ other: RouteFigures) {
            for each in other.responses { count(status: each.status, each.verdict, by: each.count) }
            total.add(other.total)
            proxy.add(other.proxy)
            upstream.add(other.upstream)
            requestBytes += other.requestBytes
            responseBytes += other.responseBytes
        }
    }

    /// What there is now, and the pool's own counts.
    struct Gauges: Sendable, Equatable {
        var connections = 0
        var exchanges = 0
        var pool = PoolFigures()
        var loop = LoopFigures()

        mutating func add(_ other: Gauges) {
            connections += other.connections
            exchanges += other.exchanges
            pool.add(other.pool)
            loop.add(other.loop)
        }
    }

    /// The label of requests that come under no route and not under the prefix form.
    static let noRoute = "none"
    /// The label of the prefix form.
    static let prefixForm = "prefix"

    /// By index; the first is `noRoute`.
    var routes = [RouteFigures(label: Self.noRoute)]
    private var indexes = [Self.noRoute: 0]
    var errors: [ErrorCode: Int] = [:]
    var denials: [String: Int] = [:]
    /// The rules of HTTP that requests have broken.
    var clientFaults: [SyntaxError: Int] = [:]
    /// Those that responses have broken.
    var upstreamFaults: [SyntaxError: Int] = [:]
    var interimResponses = InterimResponses()
    var lookup = Histogram()
    var connect = Histogram()
    var handshake = Histogram()
    /// Of the handshakes, those that resumed a session.
    var resumptions = 0
    var gauges = Gauges()
    var tunnels = TunnelFigures()

    /// The index of a label, which gets one where it has none.
    mutating func index(of label: String) -> Int {
        if let index = indexes[label] { return index }
        indexes[label] = routes.count
        routes.append(RouteFigures(label: label))
        return routes.count - 1
    }

    mutating func note(_ times: DialTimes) {
        if let lookup = times.lookup { self.lookup.observe(nanoseconds: lookup) }
        if let connect = times.connect { self.connect.observe(nanoseconds: connect) }
        if let handshake = times.handshake { self.handshake.observe(nanoseconds: handshake) }
        if times.isResumed { resumptions += 1 }
    }

    /// Adds what another shard has counted.
    mutating func add(_ other: ShardFigures) {
        for route in other.routes {
            let index = index(of: route.label)
            routes[index].add(route)
        }
        errors.merge(other.errors, uniquingKeysWith: +)
        denials.merge(other.denials, uniquingKeysWith: +)
        clientFaults.merge(other.clientFaults, uniquingKeysWith: +)
        upstreamFaults.merge(other.upstreamFaults, uniquingKeysWith: +)
        interimResponses.add(other.interimResponses)
        lookup.add(other.lookup)
        connect.add(other.connect)
        handshake.add(other.handshake)
        resumptions += other.resumptions
        gauges.add(other.gauges)
        tunnels.add(other.tunnels)
    }
}
