import ArgumentParser
import Configuration

/// `corsway schema`.
struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the JSON Schema of the configuration.",
        discussion: """
            An editor completes and explains the keys of a file that names the schema:

              corsway schema > config.schema.json

              { "$schema": "./config.schema.json" }
            """
    )

    func run() {
        print(SchemaDocument.text, terminator: "")
    }
}
