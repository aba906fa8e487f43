import Configuration
import ProxyCore
import Sockets
import Upstream

/// The log and the metrics of one shard: each exchange is noted once, and counted.
final class ExchangeJournal {
    private let clock: ShardClock
    private let metrics: ShardMetrics
    private var accessLog: AccessLog
    /// Where the figures of a route stand, by the number of its rules.
    private var routeIndexes: [Int]
    private var gauges = ShardFigures.Gauges()
    private var published = ShardFigures.Gauges()
    private var tunnels = TunnelFigures()
    /// Whether these have changed since they were published: most rounds know no tunnel.
    private var hasTunnelNews = false

    init(_ metrics: ShardMetrics, clock: ShardClock, _ output: LogOutput, _ routeLabels: [String]) {
        self.metrics = metrics
        self.clock = clock
        accessLog = AccessLog(output.records, output.settings)
        routeIndexes = metrics.indexes(of: routeLabels)
    }

    /// Another configuration is in force.
    func adopt(_ output: LogOutput, _ routeLabels: [String]) {
        accessLog.flush()
        accessLog = AccessLog(output.records, output.settings)
        routeIndexes = metrics.indexes(of: routeLabels)
    }

    /// Whether the log names the page and the program that a request came from.
    var namesAgents: Bool { accessLog.namesAgents }

    /// Where the figures of a route stand.
    func routeIndex(ofRules number: Int) -> Int { routeIndexes[number] }

    func connectionOpened() { gauges.connections += 1 }
    func connectionClosed() { gauges.connections -= 1 }
    func exchangeBegan() { gauges.exchanges += 1 }

    /// Writes the one line about an exchange that is over, and counts it; of one that has opened a tunnel it is the
    /// second line, and what there was to count of its request has been counted.
    ///
    /// - Parameter isCounted: Of health and metrics there is a line only for what was refused.
    func note(_ record: ExchangeRecord, isCounted: Bool) {
        let now = MonotonicTime.now()
        if isCounted {
            gauges.exchanges -= 1
            if case .ended(let ending) = record.tunnel {
                tunnels.end(ending)
                hasTunnelNews = true
            } else {
                metrics.note(record, at: now)
            }
        } else {
            guard record.status >= 400, record.status != 503 else { return }
        }
        append(record, at: now)
    }

    private func append(_ record: ExchangeRecord, at now: MonotonicTime) {
        accessLog.append { record.finished(at: now, timestamp: clock.timestamp) }
    }

    // MARK: Tunnels

    /// Writes the line about a tunnel that has opened, and counts it and its request.
    func tunnelOpened(_ record: ExchangeRecord) {
        let now = MonotonicTime.now()
        record.noteTunnelOpened()
        tunnels.begin()
        hasTunnelNews = true
        metrics.note(record, at: now)
        append(record, at: now)
    }

    /// Bytes have gone through a tunnel.
    ///
    /// - Parameters:
    ///   - received: Those from its client.
    ///   - sent: Those to its client.
    func tunnelPassed(received: Int = 0, sent: Int = 0) {
        tunnels.pass(received: received, sent: sent)
        hasTunnelNews = true
    }

    // MARK: Rounds

    /// Hands on what a round of the loop has brought.
    func finishRound(_ pool: ConnectionPool, _ loop: EventLoop) {
        accessLog.flush()
        gauges.pool = pool.figures
        gauges.loop = loop.figures
        let dials = pool.takeDialTimes()
        if hasTunnelNews {
            hasTunnelNews = false
            metrics.publish(tunnels)
        }
        guard gauges != published || !dials.isEmpty else { return }
        published = gauges
        metrics.publish(gauges, dials)
    }
}
