import Dispatch
import Synchronization

/// Builds the page of metrics on a queue of its own: with a thousand routes that takes longer than an event loop may
/// be kept.
///
/// One page is built at a time, for all who have asked until it is begun, so that many scrapers cost no more than one.
final class MetricsDesk: Sendable {
    private struct State {
        var waiting: [(inbox: ShardInbox, number: Int)] = []
        var isBuilding = false
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "corsway.metrics", qos: .utility)

    /// Has a page built by a body and left in an inbox, under a number.
    func ask(_ inbox: ShardInbox, number: Int, body: @escaping @Sendable () -> [UInt8]) {
        let starts = state.withLock { state in
            state.waiting.append((inbox, number))
            defer { state.isBuilding = true }
            return !state.isBuilding
        }
        if starts { queue.async { self.build(body) } }
    }

    private func build(_ body: () -> [UInt8]) {
        while let waiting = next() {
            let page = body()
            for (inbox, number) in waiting { inbox.put(page: page, number: number) }
        }
    }

    private func next() -> [(inbox: ShardInbox, number: Int)]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isBuilding = false
                return nil
            }
            defer { state.waiting = [] }
            return state.waiting
        }
    }
}
