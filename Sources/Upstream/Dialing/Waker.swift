import Sockets

/// Calls when a signal is raised.
final class Waker: EventHandler {
    private let signal: WakeSignal
    private let wake: () -> Void

    init(_ signal: WakeSignal, _ wake: @escaping () -> Void) {
        self.signal = signal
        self.wake = wake
    }

    func ready(for readiness: Readiness) {
        signal.clear()
        wake()
    }

    func deadlinePassed() {}
}
