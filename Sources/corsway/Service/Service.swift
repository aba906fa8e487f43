import Configuration
import Foundation
import ProxyServer
import Sockets

/// Serves until a signal ends it, and loads the configuration again when it is told to.
///
/// The first SIGINT or SIGTERM finishes what is under way, a second one ends the program at once.
final class Service {
    /// Whether every file of the configuration is watched; certificates are in any case.
    private let watchesAll: Bool
    private let server: Server
    private let manager: ServiceManager
    private let events = ServiceEvents()
    private let signals: Signals
    private var watch: FileWatch?
    private let configuration: ConfigurationLoad
    private var isLoading = false
    /// Whether something has changed since the load that is under way began.
    private var loadsAgain = false

    /// Starts to serve.
    init(_ settings: Settings, from origin: SettingsSource, watchesAll: Bool) async throws(StartError) {
        configuration = ConfigurationLoad(origin)
        self.watchesAll = watchesAll
        signals = Signals(isReloadable: origin.file != nil, addingTo: events)
        manager = ServiceManager(origin.environment)
        server = try await Server(settings, environment: origin.environment, version: version)
        watch(settings.files)
    }

    /// Returns when a signal has ended it.
    func run() async -> ExitStatus {
        if let message = server.startMessage {
            FileHandle.standardOutput.write(Data(message.utf8))
        }
        server.logStart()
        manager.ready("Serving")
        loop: while let event = await events.next() {
            switch event {
            case .terminate: break loop
            case .loaded: await finishReload()
            case .reopenLog: server.reopenLog()
            case .reload: load()
            }
        }
        signals.letGo()
        manager.stopping()
        let isFinished = await server.drain()
        server.flushLog()
        return isFinished ? .fine : .failure
    }

    /// Loads the configuration, once at a time.
    private func load() {
        guard !isLoading else { return loadsAgain = true }
        isLoading = true
        manager.reloading()
        configuration.start { [events] in events.add(.loaded) }
    }

    private func finishReload() async {
        isLoading = false
        switch configuration.take() {
        case nil: break
        case .success(let settings):
            watch(settings.files)
            await apply(settings)
        case .failure(let error):
            watch(error.files)
            report(error)
        }
        if loadsAgain {
            loadsAgain = false
            load()
        }
    }

    private func report(_ error: ConfigurationError) {
        server.noteRefusedReload()
        for problem in error.problems {
            switch problem.severity {
            case .error: server.logger.error("\(problem)")
            case .warning: server.logger.warning("\(problem)")
            case .note: server.logger.notice("\(problem)")
            }
        }
        server.logger.error("The configuration is refused; the one before stays in force.")
        manager.ready("Serving by an earlier configuration: the file is refused")
    }

    private func apply(_ settings: Settings) async {
        do throws(StartError) {
            let notes = try await server.reload(settings)
            for warning in settings.warnings { server.logger.warning("\(warning)") }
            for note in notes { server.logger.warning("\(note)") }
            server.logger.notice("The configuration has been loaded again.")
            manager.ready("Serving")
        } catch {
            server.noteRefusedReload()
            server.logger.error("\(error) The configuration before stays in force.")
            manager.ready("Serving by an earlier configuration: \(error)")
        }
    }

    /// Watches what the configuration was loaded from; where that has changed meanwhile, it is loaded again.
    private func watch(_ files: [ConfigurationFile]) {
        let watched = files.filter { watchesAll || $0.kind == .certificate }
        guard !watched.isEmpty else { return watch = nil }
        do throws(SystemError) {
            watch = try FileWatch(watched) { [events] in events.add(.reload) }
        } catch {
            server.logger.warning("Files cannot be watched: \(error). Send SIGHUP after a change.")
        }
    }
}
