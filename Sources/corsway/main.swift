import ArgumentParser

let isForCompletion =
    CommandLine.arguments.dropFirst().first?.hasPrefix("--generate-completion-script") == true
let root: any ParsableCommand.Type = isForCompletion ? CompletedCommandLine.self : Corsway.self

do {
    var command = try root.parseAsRoot()
    if var asynchronous = command as? any AsyncParsableCommand {
        try await runAsynchronously(&asynchronous)
    } else {
        try command.run()
    }
} catch {
    // ArgumentParser's own status for bad usage is 64.
    guard root.exitCode(for: error) == .validationFailure else { root.exit(withError: error) }
    printToStandardError(root.fullMessage(for: error))
    Corsway.exit(withError: ExitStatus.configuration.code)
}

/// Chooses the asynchronous `run`, which top-level code would pass over.
func runAsynchronously(_ command: inout some AsyncParsableCommand) async throws {
    try await command.run()
}
