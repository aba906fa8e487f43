import Synchronization

/// What happens to the program while it serves, what goes first at the top.
enum ServiceEvent: CaseIterable {
    /// What is under way is to be finished, and then the program ends.
    case terminate
    /// The log is to be opened again: it has been moved away.
    case reopenLog
    /// The configuration has been loaded again, or refused.
    case loaded
    /// The configuration is to be loaded again.
    case reload
}

/// What has happened to the program and waits for its turn.
///
/// The same event twice is one: a reload that has not begun sees the files as they are then.
final class ServiceEvents: Sendable {
    private let waiting = Mutex<Set<ServiceEvent>>([])
    private let arrivals: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (arrivals, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func add(_ event: ServiceEvent) {
        _ = waiting.withLock { $0.insert(event) }
        continuation.yield()
    }

    /// Waits for the event that goes first; nil where the task has been cancelled.
    func next() async -> ServiceEvent? {
        for await _ in arrivals {
            let (event, isLast) = waiting.withLock { waiting in
                let event = ServiceEvent.allCases.first { waiting.remove($0) != nil }
                return (event, waiting.isEmpty)
            }
            if !isLast { continuation.yield() }
            if let event { return event }
        }
        return nil
    }
}
