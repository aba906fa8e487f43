import Dispatch
import Synchronization

/// Keeps configurations that are in force no more until nobody uses them, and frees them on a queue of its own.
///
/// A request under way holds the one that it began with. To free a thousand routes takes milliseconds, which an
/// event loop would spend that let go of it last.
final class RetiredSnapshots: Sendable {
    private static let interval = DispatchTimeInterval.seconds(1)

    private let snapshots = Mutex<[Snapshot]>([])
    private let queue = DispatchQueue(label: "corsway.retired", qos: .utility)

    /// Takes one that has been replaced.
    func keep(_ snapshot: Snapshot) {
        let starts = snapshots.withLock { snapshots in
            snapshots.append(snapshot)
            return snapshots.count == 1
        }
        if starts { sweepLater() }
    }

    /// How many are still in use, or were a moment ago.
    var count: Int { snapshots.withLock { $0.count } }

    private func sweepLater() {
        queue.asyncAfter(deadline: .now() + Self.interval) { self.sweep() }
    }

    private func sweep() {
        var unused: [Snapshot] = []
        let isEmpty = snapshots.withLock { snapshots in
            for index in snapshots.indices.reversed() where isKnownUniquelyReferenced(&snapshots[index]) {
                unused.append(snapshots.remove(at: index))
            }
            return snapshots.isEmpty
        }
        // Freed here, where nobody waits for the lock.
        unused.removeAll()
        if !isEmpty { sweepLater() }
    }
}
