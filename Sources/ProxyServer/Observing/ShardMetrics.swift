import Sockets
import Synchronization
import Upstream

/// The figures of one shard, which it writes and whoever is asked for metrics reads.
///
/// The lock is taken once a request and is free unless somebody reads at that moment.
final class ShardMetrics: Sendable {
    private let figures = Mutex(ShardFigures())

    /// What has been counted.
    var current: ShardFigures {
        figures.withLock { $0 }
    }

    /// The indexes of labels, in their order; labels of an earlier configuration keep theirs.
    func indexes(of labels: [String]) -> [Int] {
        figures.withLock { figures in labels.map { figures.index(of: $0) } }
    }

    /// Counts an exchange that is over.
    func note(_ record: ExchangeRecord, at now: MonotonicTime) {
        figures.withLock { record.count(in: &$0, at: now) }
    }

    /// Replaces what there is now, and counts the dials that have ended.
    func publish(_ gauges: ShardFigures.Gauges, _ dials: [DialTimes]) {
        figures.withLock { figures in
            figures.gauges = gauges
            for times in dials { figures.note(times) }
        }
    }

    /// Replaces what is known of tunnels.
    func publish(_ tunnels: TunnelFigures) {
        figures.withLock { $0.tunnels = tunnels }
    }
}
