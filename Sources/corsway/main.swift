import ArgumentParser

do {
    var command = try Corsway.parseAsRoot()
    if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
    } else {
        try command.run()
    }
} catch {
    // ArgumentParser's own status for bad usage is 64.
    guard Corsway.exitCode(for: error) == .validationFailure else { Corsway.exit(withError: error) }
    printToStandardError(Corsway.fullMessage(for: error))
    Corsway.exit(withError: ExitStatus.configuration.code)
}
