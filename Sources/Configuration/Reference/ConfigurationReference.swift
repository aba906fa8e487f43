/// The reference of the configuration file, in Markdown: one table a section, made of the schema.
public enum ConfigurationReference {
    /// The whole page.
    public static var markdown: String { page(of: SchemaDocument.schema) }

    static func page(of schema: JSONSchema) -> String {
        let sections = ReferenceSection.all(in: schema)
        let index = sections.dropFirst().filter { !$0.path.description.contains(".") }
            .map { "[`\($0.title)`](#\($0.anchor))" }
        let tables = sections.map { section in
            section.isTop ? section.table(among: sections) : section.markdown(among: sections)
        }
        return introduction + "\nSections: \(index.joined(separator: ", ")).\n\n"
            + tables.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private static let introduction = #"""
        # Configuration

        <!-- Written by `make docs`, from the tables of keys in Sources/Configuration: change those. -->

        One JSON file, read by `corsway --config FILE`. Every key is optional, and `{}` is a valid file. An unknown key, a
        key given twice, a wrong type and a value out of range are errors: `corsway check FILE` tells all of them at once,
        each with its line, its column and what to write instead. Comments and trailing commas are no JSON.

        [config.example.json](../config.example.json) shows every key. `corsway schema > config.schema.json` and
        `"$schema": "./config.schema.json"` make an editor complete and check them.

        - A **duration** is a string with a unit, `"250ms"`, `"10s"`, `"5m"` or `"1h"`, or a number of seconds.
        - A **size** is a string with a unit, `"512B"`, `"32KB"`, `"20MB"` or `"1GB"` (1 KB is 1,024 bytes), or a number of
          bytes.
        - `"*"` and `["*"]` mean the same where a list takes it.
        - A **path** of a file is relative to the folder of the configuration.
        - `${env:NAME}` and `${file:PATH}` stand for a secret where a section says so, and for nothing elsewhere. A file's
          last line end is left out. What is missing is refused at load; no secret is ever logged or shown.
        - `removeHeaders` is applied before `setHeaders`: what is set wins.

        Flags go before the environment (`HOST`, `PORT`, `CORSANYWHERE_WHITELIST`, `CORSANYWHERE_BLACKLIST`,
        `CORSANYWHERE_RATELIMIT`), that before the file, and that before the defaults below.

        """#
}
