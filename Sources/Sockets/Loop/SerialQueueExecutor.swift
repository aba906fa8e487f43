import Dispatch

/// Runs an actor's work on one serial dispatch queue.
///
/// `checkIsolated` lets a callback on that queue enter the actor by `assumeIsolated`, with no hop.
/// Foundation's `DispatchSerialQueue`, which would do the same, does not exist on Linux.
public final class SerialQueueExecutor: SerialExecutor {
    /// The queue; event sources of the actor deliver here.
    public let queue: DispatchQueue
    private let waits: WakeSignal?

    /// Makes an executor with a serial queue of its own.
    ///
    /// - Parameters:
    ///   - label: The queue's name in a debugger.
    ///   - waits: Raised when a job waits, for a source that occupies the queue and can make way.
    public init(label: String, waits: WakeSignal? = nil) {
        self.waits = waits
        // Dispatch would try to raise the priority of its threads for a higher class, which needs privileges.
        queue = DispatchQueue(label: label, qos: .default)
    }

    /// What an actor returns as its `unownedExecutor`; the actor has to keep this object, and does.
    @safe public var unowned: UnownedSerialExecutor {
        unsafe asUnownedSerialExecutor()
    }

    /// Runs one job on the queue.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        // The job may be the last one, and its end the end of this object.
        let waits = waits
        queue.async {
            unsafe job.runSynchronously(on: self.asUnownedSerialExecutor())
        }
        waits?.raise()
    }

    /// Traps off the queue: to call the actor from there is a mistake in the program.
    public func checkIsolated() {
        dispatchPrecondition(condition: .onQueue(queue))
    }
}
