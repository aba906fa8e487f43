import Synchronization

/// A gate between two threads of a test: closed at first, then open for good.
package final class Latch: Sendable {
    private let state = Atomic(false)

    package init() {}

    package var isOpen: Bool { state.load(ordering: .acquiring) }

    package func open() { state.store(true, ordering: .releasing) }

    package func wait(for what: String = "the latch", within patience: Duration = Deadline.patience) throws {
        try eventually(what, within: patience) { isOpen }
    }
}

/// A counter that several threads of a test share.
package final class Counter: Sendable {
    private let count = Atomic(0)

    package init() {}

    package var value: Int { count.load(ordering: .acquiring) }

    package func add(_ amount: Int = 1) { count.wrappingAdd(amount, ordering: .acquiringAndReleasing) }
}
