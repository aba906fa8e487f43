import ArgumentParser

/// The command line.
struct Corsway: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "corsway",
        abstract: "A proxy that adds CORS headers, and enforces a CORS policy.",
        discussion: """
            Prefix a URL with the proxy's own, and a page may read the answer:

              fetch("http://localhost:8080/https://api.example.com/items")

            Without a configuration it serves this machine only: pages of localhost may read any public \
            target, and targets on localhost.

            EXAMPLES
              corsway                              serve localhost's pages on port 8080
              corsway --port 3000 --allow-origin https://app.example.com
              corsway --to https://staging.example.com
                                                   serve one upstream at /
              corsway --config corsway.json        serve by a configuration
              corsway check corsway.json           say all that is wrong with it
              corsway explain https://api.example.com/ --from https://app.example
                                                   say why a browser blocks it
              corsway certs                        make certificates for https
              corsway schema > config.schema.json  let an editor complete its keys
              corsway healthcheck                  ask a running proxy whether it is ready

            EXIT STATUS
              0 fine, 1 failure while running, 2 bad configuration or usage,
              3 address in use
            """,
        version: "corsway \(version)",
        subcommands: [
            ServeCommand.self, CheckCommand.self, ExplainCommand.self, HealthcheckCommand.self,
            CertsCommand.self, SchemaCommand.self,
        ],
        defaultSubcommand: ServeCommand.self
    )
}
