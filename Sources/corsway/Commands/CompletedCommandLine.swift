import ArgumentParser

/// The command line as shells complete it: the flags of the default command stand beside the commands.
struct CompletedCommandLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: Corsway.configuration.commandName,
        version: Corsway.configuration.version,
        subcommands: Corsway.configuration.subcommands
    )

    @OptionGroup var serve: ServeCommand
}
