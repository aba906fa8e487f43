import ArgumentParser
import Configuration
import Foundation

/// `corsway check FILE`.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say everything that is wrong with a configuration.",
        discussion: """
            Each problem takes one line on standard error, such as:

              corsway.json:3:21: error: listen.port: 70000 is out of range. …

            Flags do not count, and of the environment only what ${env:…} names.

            With --against it says instead what a reload from another file would change, a line for each key, \
            and with --diff, what it would change in the running proxy. Secrets are not shown.

            EXAMPLES
              corsway check corsway.json && systemctl reload corsway
              corsway check corsway.json --against /etc/corsway/corsway.json
              corsway check corsway.json --diff

            EXIT STATUS
              0 fine, with or without warnings, 2 errors,
              1 with --diff, where the running proxy cannot be asked
            """
    )

    @Argument(help: ArgumentHelp("The configuration to check.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("Say what would change from this configuration.", valueName: "old"))
    var against: String?

    @Flag(help: "Say what would change from what the running proxy has in force; asks its admin listener.")
    var diff = false

    func validate() throws {
        if diff, against != nil { throw ValidationError("Write --against or --diff, not both.") }
    }

    func run() throws {
        let environment = ProcessInfo.processInfo.environment.withoutSettings
        let settings = try loadOrExit(file, flags: Flags(), environment: environment)
        settings.warnings.forEach { printToStandardError($0.description) }
        if let against { return printChanges(from: try outlineOrExit(against), to: settings.outline) }
        if diff {
            return printChanges(from: try runningOrExit(settings), to: settings.outline.described)
        }
        print("\(file) is fine")
        for (name, value) in settings.summary {
            print("  \(name): \(value)")
        }
    }
}

/// Says what changes, in a line for each key.
private func printChanges(from old: SettingsOutline, to new: SettingsOutline) {
    let changes = old.changes(to: new)
    if changes.isEmpty { print("nothing changes") }
    changes.forEach { print($0) }
}

/// Asks the running proxy what it has in force; where that cannot be had, ends the command with status 1.
private func runningOrExit(_ settings: Settings) throws(ExitCode) -> SettingsOutline {
    do throws(RunningConfiguration.Failure) {
        return try RunningConfiguration(of: settings.admin).outline
    } catch {
        printToStandardError(
            "corsway: error: \(error.reason) Compare with a file instead: --against FILE."
        )
        throw ExitStatus.failure.code
    }
}

/// Reads what a file sets; where it is no JSON, ends the command with status 2.
private func outlineOrExit(_ file: String) throws(ExitCode) -> SettingsOutline {
    do throws(ConfigurationError) {
        return try SettingsOutline(file: file)
    } catch {
        printToStandardError(error.description)
        throw ExitStatus.configuration.code
    }
}

extension Settings {
    /// The few things that decide who gets what from where.
    fileprivate var summary: [(name: String, value: String)] {
        [
            ("listens on", listeners.map(\.place).joined(separator: ", ")),
            ("allowed origins", cors.allowedOrigins.summary(ofAll: "any")),
            ("credentials", cors.allowCredentials ? "allowed" : "not allowed"),
            (
                "targets",
                prefix.isEnabled
                    ? prefix.targets.allow.map(\.text).summary(ofAll: "any") : "none, the prefix form is off"
            ),
            ("routes", routes.map(\.path).summary(ofAll: "any")),
            ("private networks", `guard`.allowPrivateNetworks.summary),
        ]
    }
}

extension [String] {
    /// The first few elements; `all` is the word for a list that holds everything.
    fileprivate func summary(ofAll all: String) -> String {
        if isEmpty { return "none" }
        if contains("*") { return all }
        let shown = prefix(4).joined(separator: ", ")
        return count > 4 ? "\(shown) and \(count - 4) more" : shown
    }
}

extension GuardSettings.PrivateNetworks {
    fileprivate var summary: String {
        switch self {
        case .none: "refused"
        case .all: "reachable"
        case .blocks(let blocks): blocks.map(\.description).summary(ofAll: "reachable")
        case .loopbackByDefault: "loopback only"
        }
    }
}
