import Foundation
import Synchronization

/// Work on a thread of its own, so that it goes on while the test waits.
package final class Background<Value: Sendable>: Sendable {
    private let outcome = Mutex<Result<Value, any Error>?>(nil)

    package init(_ work: @escaping @Sendable () throws -> Value) {
        Thread.detachNewThread { [self] in
            let result = Result { try work() }
            outcome.withLock { $0 = result }
        }
    }

    package var isFinished: Bool { outcome.withLock { $0 != nil } }

    /// Waits for the work and returns what it made, or throws what it threw.
    package func value(within patience: Duration = .seconds(60)) throws -> Value {
        try eventually("the work in the background", within: patience) { isFinished }
        guard let result = outcome.withLock({ $0 }) else { throw TimedOut("the work in the background") }
        return try result.get()
    }
}
