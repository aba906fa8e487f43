import Dispatch
import Foundation

/// Turns the signals of the process into events.
final class Signals {
    private let sources: [any DispatchSourceSignal]

    /// Takes the signals over from the system's default, which would end the program at once.
    ///
    /// - Parameters:
    ///   - isReloadable: Whether there is a file to load again on SIGHUP; otherwise it ends the program as
    ///     SIGTERM does.
    ///   - events: Where they go.
    init(isReloadable: Bool, addingTo events: ServiceEvents) {
        // A reader of the log or of a socket that leaves is an error of one write, not the end of the program.
        signal(SIGPIPE, SIG_IGN)
        let hadTerminal = isatty(STDIN_FILENO) == 1
        let meanings: [(Int32, @Sendable () -> ServiceEvent)] = [
            (SIGINT, { .terminate }), (SIGTERM, { .terminate }), (SIGUSR1, { .reopenLog }),
            // A terminal that is closed sends it too; then nobody is left to serve.
            (SIGHUP, { isReloadable && (!hadTerminal || isatty(STDIN_FILENO) == 1) ? .reload : .terminate }),
        ]
        // A signal between the call that has it ignored and the registration would be lost.
        let registrations = DispatchGroup()
        sources = meanings.map { number, meaning in
            registrations.enter()
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { events.add(meaning()) }
            source.setRegistrationHandler { registrations.leave() }
            source.activate()
            return source
        }
        registrations.wait()
    }

    /// From now on SIGINT and SIGTERM end the program at once.
    func letGo() {
        for source in sources { source.cancel() }
        for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
    }
}
