import ArgumentParser
import Configuration
import Foundation
import ProxyServer

/// `corsway serve`, which is also what `corsway` alone does.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve until a signal ends it (the default).",
        discussion: """
            Flags go before the environment, the environment before the file, the file before the defaults.

            ENVIRONMENT
              HOST, PORT              where to listen
              CORSANYWHERE_WHITELIST  allowed origins, between commas; Origin is required
              CORSANYWHERE_BLACKLIST  denied origins, between commas
              CORSANYWHERE_RATELIMIT  requests, minutes, and hosts without a limit
              LISTEN_FDS              sockets that systemd opened, in place of listen

            SIGNALS
              SIGHUP           load the file again, dropping nothing; without one, end
              SIGUSR1          open log.file anew, after it was moved away
              SIGINT, SIGTERM  finish what is under way, and end; a second one ends at once

            EXAMPLES
              corsway --port 3000
              corsway --allow-origin https://a.example --allow-origin https://b.example
              corsway --host ::1 --allow-target api.example.com
              corsway --config corsway.json --port 0
              corsway --config corsway.json --watch
              corsway --to https://staging.example.com
            """
    )

    @Option(help: ArgumentHelp("Read the configuration from a JSON file.", valueName: "file"))
    var config: String?

    @Option(
        help: "Listen on an address or a host name; of several listeners, the first. (default: 127.0.0.1)"
    )
    var host: String?

    @Option(
        help: "Listen on a port, which goes with --host; 0 is any free one, and is printed. (default: 8080)"
    )
    var port: Int?

    @Option(
        help: ArgumentHelp(
            "Allow an origin, in place of the configuration's; repeat for more.",
            valueName: "origin"
        )
    )
    var allowOrigin: [String] = []

    @Option(
        help: ArgumentHelp(
            "Allow a target in the prefix form, in place of the configuration's; repeat for more.",
            valueName: "target"
        )
    )
    var allowTarget: [String] = []

    @Option(
        help: ArgumentHelp(
            "Serve one upstream at /, with its redirects, in place of the prefix form.",
            valueName: "url"
        )
    )
    var to: [String] = []

    @Flag(help: "Load the configuration again whenever it changes, or a file that it names.")
    var watch = false

    func validate() throws {
        if watch, config == nil {
            throw ValidationError("--watch needs a file to watch. Name one by --config.")
        }
        if to.count > 1 {
            throw ValidationError(
                "--to stands here \(to.count) times, and one upstream is served at /. Write routes for more into a file."
            )
        }
        if !to.isEmpty, !allowTarget.isEmpty {
            throw ValidationError(
                "--allow-target is for the prefix form, in place of which --to serves. Leave one of the two out."
            )
        }
    }

    func run() async throws {
        let flags = Flags(
            host: host,
            port: port,
            allowOrigins: allowOrigin,
            allowTargets: allowTarget,
            to: to.first
        )
        let environment = ProcessInfo.processInfo.environment
        let origin = SettingsSource(
            file: config,
            flags: flags,
            environment: environment,
            inherited: try inheritedOrExit(environment)
        )
        let settings = try loadOrExit(origin)
        settings.warnings.forEach { printToStandardError($0.description) }
        let status = await serve(settings, from: origin)
        if status != .fine { throw status.code }
    }

    private func serve(_ settings: Settings, from origin: SettingsSource) async -> ExitStatus {
        do throws(StartError) {
            return try await Service(settings, from: origin, watchesAll: watch).run()
        } catch {
            printToStandardError("corsway: error: \(error)")
            if case .addressInUse = error { return .addressInUse }
            return error.isConfiguration ? .configuration : .failure
        }
    }
}

/// Loads a configuration; where it is refused, prints every problem and ends the command with status 2.
func loadOrExit(
    _ file: String?,
    flags: Flags,
    environment: [String: String]
) throws(ExitCode) -> Settings {
    try loadOrExit(SettingsSource(file: file, flags: flags, environment: environment, inherited: []))
}

/// Loads a configuration; where it is refused, prints every problem and ends the command with status 2.
private func loadOrExit(_ origin: SettingsSource) throws(ExitCode) -> Settings {
    do throws(ConfigurationError) {
        return try origin.load()
    } catch {
        printToStandardError(error.description)
        throw ExitStatus.configuration.code
    }
}

/// The sockets that the program was started with; where one cannot be listened on, ends the command.
private func inheritedOrExit(_ environment: [String: String]) throws(ExitCode) -> [InheritedListener] {
    do throws(StartError) {
        return try InheritedListener.all(in: environment)
    } catch {
        printToStandardError("corsway: error: \(error)")
        throw ExitStatus.configuration.code
    }
}

extension [String: String] {
    /// The environment without the variables that stand in place of settings.
    var withoutSettings: [String: String] { filter { !Settings.variables.contains($0.key) } }
}
