import ArgumentParser

do {
    var command = try Corsway.parseAsRoot()
    if var asynchronous = command as? any AsyncParsableCommand {
        try await runAsynchronously(&asynchronous)
    } else {
        try command.run()
    }
} catch {
    // ArgumentParser's own status for bad usage is 64.
    guard Corsway.exitCode(for: error) == .validationFailure else { Corsway.exit(withError: error) }
    printToStandardError(Corsway.fullMessage(for: error))
    Corsway.exit(withError: ExitStatus.configuration.code)
}

/// Chooses the asynchronous `run`, which top-level code would pass over.
func runAsynchronously(_ command: inout some AsyncParsableCommand) async throws {
    try await command.run()
}
