import Configuration
import Dispatch
import Foundation
import ProxyServer

/// Serves until a signal ends it.
///
/// The first SIGINT or SIGTERM finishes what is under way, a second one ends the program at once.
func serve(_ settings: Settings) async -> ExitStatus {
    let signals = TerminationSignals()
    let server: Server
    do throws(StartError) {
        server = try await Server(
            settings,
            environment: ProcessInfo.processInfo.environment,
            version: version
        )
    } catch {
        printToStandardError("corsway: error: \(error)")
        if case .addressInUse = error { return .addressInUse }
        return error.isConfiguration ? .configuration : .failure
    }
    let reopening = SignalAction(SIGUSR1) { server.reopenLog() }
    defer { reopening.cancel() }
    if let message = server.startMessage {
        FileHandle.standardOutput.write(Data(message.utf8))
    }
    server.logStart()
    await signals.first()
    let isFinished = await server.drain()
    server.flushLog()
    return isFinished ? .fine : .failure
}
