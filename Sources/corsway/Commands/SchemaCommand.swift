import ArgumentParser
import Configuration

/// `corsway schema`.
struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema of the configuration, or its reference.",
        discussion: """
            An editor completes and explains the keys of a file that names the schema:

              corsway schema > config.schema.json

              { "$schema": "./config.schema.json" }

            With --format markdown it is the reference for people, docs/configuration.md.
            """
    )

    /// What the keys are written down in.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case json, markdown
    }

    @Option(help: "Print a JSON Schema, or a page of Markdown.")
    var format = Format.json

    func run() {
        switch format {
        case .json: print(SchemaDocument.text, terminator: "")
        case .markdown: print(ConfigurationReference.markdown, terminator: "")
        }
    }
}
