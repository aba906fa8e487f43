import Dispatch
import Foundation

/// Does something each time a signal arrives, in place of the system's default.
final class SignalAction {
    private let source: any DispatchSourceSignal

    init(_ number: Int32, _ action: @escaping @Sendable () -> Void) {
        signal(number, SIG_IGN)
        source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler(handler: action)
        source.activate()
    }

    /// Does it no more.
    func cancel() {
        source.cancel()
    }
}
