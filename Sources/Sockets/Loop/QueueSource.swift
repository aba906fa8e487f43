import Dispatch

/// Calls a handler on a queue whenever a descriptor becomes readable or a time has come.
///
/// The handler is `@Sendable`: a closure formed inside an actor and handed to a dispatch source directly
/// compiles and then runs on the wrong queue unnoticed.
public final class QueueSource {
    private let readSource: any DispatchSourceRead
    private let timer: any DispatchSourceTimer
    private var armed = MonotonicTime.distantFuture

    /// Watches a descriptor, which must stay open until `cancel`.
    public init(descriptor: Int32, queue: DispatchQueue, handler: @escaping @Sendable () -> Void) {
        readSource = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        timer = DispatchSource.makeTimerSource(queue: queue)
        readSource.setEventHandler(handler: handler)
        timer.setEventHandler(handler: handler)
        timer.schedule(deadline: .distantFuture)
        readSource.activate()
        timer.activate()
    }

    /// Also calls the handler at this time; a later call replaces the time.
    public func wake(at time: MonotonicTime, now: MonotonicTime) {
        // A time that has come has had its call, and may want another one: not all that was due has been done.
        guard time != armed || time <= now else { return }
        armed = time
        guard time != .distantFuture else { return timer.schedule(deadline: .distantFuture) }
        let delay = Int(clamping: time.nanoseconds(since: now))
        timer.schedule(deadline: .now() + .nanoseconds(delay), leeway: .milliseconds(1))
    }

    /// Ends both; the handler is called no more once what runs has returned.
    public func cancel() {
        readSource.cancel()
        timer.cancel()
    }
}
