import Dispatch

/// Runs an actor's work on one serial dispatch queue.
///
/// `checkIsolated` lets a callback on that queue enter the actor by `assumeIsolated`, with no hop.
/// Foundation's `DispatchSerialQueue`, which would do the same, does not exist on Linux.
public final class SerialQueueExecutor: SerialExecutor {
    /// The queue; event sources of the actor deliver here.
    public let queue: DispatchQueue

    /// Makes an executor with a serial queue of its own.
    ///
    /// - Parameter label: The queue's name in a debugger.
    public init(label: String) {
        queue = DispatchQueue(label: label, qos: .userInitiated)
    }

    /// What an actor returns as its `unownedExecutor`; the actor has to keep this object, and does.
    @safe public var unowned: UnownedSerialExecutor {
        unsafe asUnownedSerialExecutor()
    }

    /// Runs one job on the queue.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async {
            unsafe job.runSynchronously(on: self.asUnownedSerialExecutor())
        }
    }

    /// Traps off the queue: to call the actor from there is a mistake in the program.
    public func checkIsolated() {
        dispatchPrecondition(condition: .onQueue(queue))
    }
}
