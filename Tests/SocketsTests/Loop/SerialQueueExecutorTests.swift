import Dispatch
import Glibc
import TestSupport
import Testing

@testable import Sockets

@Suite struct SerialQueueExecutorTests {
    /// An actor that lives on the queue.
    private actor Resident {
        private let executor: SerialQueueExecutor
        private(set) var count = 0

        init(waits: WakeSignal? = nil) {
            executor = SerialQueueExecutor(label: "test", waits: waits)
        }

        nonisolated var unownedExecutor: UnownedSerialExecutor { executor.unowned }
        nonisolated var queue: DispatchQueue { executor.queue }

        nonisolated func enterFromAnywhere() {
            assumeIsolated { $0.increment() }
        }

        func increment() {
            dispatchPrecondition(condition: .onQueue(executor.queue))
            count += 1
        }
    }

    @Test func `an actor's work runs on the queue, one after the other`() async {
        let resident = Resident()
        await withTaskGroup { group in
            for _ in 0..<200 { group.addTask { await resident.increment() } }
        }
        #expect(await resident.count == 200)
    }

    @Test func `what runs on the queue may enter the actor without a hop`() async {
        let resident = Resident()
        await withCheckedContinuation { continuation in
            resident.queue.async {
                resident.assumeIsolated { $0.increment() }
                continuation.resume()
            }
        }
        #expect(await resident.count == 1)
    }

    @Test func `a loop that occupies the queue is told of work that waits`() async throws {
        let waits = try WakeSignal()
        let resident = Resident(waits: waits)
        resident.queue.async {
            var entry = pollfd(fd: waits.number, events: Int16(POLLIN), revents: 0)
            #expect(poll(&entry, 1, 20_000) == 1)
        }
        await resident.increment()
        #expect(await resident.count == 1)
    }

    @Test func `off the queue, to enter the actor traps`() async {
        await #expect(processExitsWith: .failure) {
            Resident().enterFromAnywhere()
        }
    }

    @Test func `a source calls on the queue when its descriptor is readable or its time has come`()
        async throws
    {
        let queue = DispatchQueue(label: "test.source")
        let signal = try WakeSignal()
        let calls = Counter()
        let source = QueueSource(descriptor: signal.number, queue: queue) {
            dispatchPrecondition(condition: .onQueue(queue))
            signal.clear()
            calls.add()
        }
        signal.raise()
        try eventually("the descriptor is told") { calls.value >= 1 }
        let seen = calls.value
        let now = MonotonicTime.now()
        queue.sync { source.wake(at: now.advanced(byNanoseconds: 5_000_000), now: now) }
        try eventually("the time is told") { calls.value > seen }
        source.cancel()
    }
}
