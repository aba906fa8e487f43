import Dispatch
import Synchronization

/// Keeps configurations that are in force no more until nobody uses them, and frees them on a queue of its own.
///
/// A request under way holds the one that it began with. To free a thousand routes takes milliseconds, which an
/// event loop would spend that let go of it last.
final class RetiredConfigurations: Sendable {
    private static let interval = DispatchTimeInterval.seconds(1)

    private let configurations = Mutex<[CompiledConfiguration]>([])
    private let queue = DispatchQueue(label: "corsway.retired", qos: .utility)

    /// Takes one that has been replaced.
    func keep(_ configuration: CompiledConfiguration) {
        let starts = configurations.withLock { configurations in
            configurations.append(configuration)
            return configurations.count == 1
        }
        if starts { sweepLater() }
    }

    /// How many are still in use, or were a moment ago.
    var count: Int { configurations.withLock { $0.count } }

    private func sweepLater() {
        queue.asyncAfter(deadline: .now() + Self.interval) { self.sweep() }
    }

    private func sweep() {
        var unused: [CompiledConfiguration] = []
        let isEmpty = configurations.withLock { configurations in
            for index in configurations.indices.reversed()
            where isKnownUniquelyReferenced(&configurations[index]) {
                unused.append(configurations.remove(at: index))
            }
            return configurations.isEmpty
        }
        // Freed here, where nobody waits for the lock.
        unused.removeAll()
        if !isEmpty { sweepLater() }
    }
}
