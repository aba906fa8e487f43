import Dispatch
import TestSupport
import Testing

@testable import Sockets

@Suite struct QueueSourceTests {
    /// Where the source lives, with what has been counted on its queue.
    private final class Stage: Sendable {
        let queue = DispatchQueue(label: "test")
        let signal: WakeSignal
        let calls = DispatchSemaphore(value: 0)

        init() throws { signal = try WakeSignal() }

        /// Waits for a call, for as long as a test may take.
        func awaitCall() -> Bool { calls.wait(timeout: .now() + 10) == .success }
    }

    @Test func `a time that has come may be asked for again, as often as there is something left to do`()
        throws
    {
        let stage = try Stage()
        let calls = stage.calls
        let source = QueueSource(descriptor: stage.signal.number, queue: stage.queue) { calls.signal() }
        defer { source.cancel() }
        let due = MonotonicTime.now().advanced(byNanoseconds: 1_000_000)
        source.wake(at: due, now: .now())
        #expect(stage.awaitCall())
        for _ in 0..<3 {
            source.wake(at: due, now: .now())
            #expect(stage.awaitCall(), "what was due then is not all done")
        }
    }

    @Test func `a descriptor that is readable calls as well`() throws {
        let stage = try Stage()
        let (signal, calls) = (stage.signal, stage.calls)
        let source = QueueSource(descriptor: signal.number, queue: stage.queue) {
            signal.clear()
            calls.signal()
        }
        defer { source.cancel() }
        signal.raise()
        #expect(stage.awaitCall())
    }
}
