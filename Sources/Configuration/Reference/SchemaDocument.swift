/// The JSON Schema of the configuration file.
public enum SchemaDocument {
    /// The schema as a text in JSON, by draft 2020-12.
    public static var text: String { schema.text() + "\n" }

    static let schema: JSONSchema = {
        guard case .object(let members) = Settings.section.schema(Settings()) else { return .null }
        return .object(
            [
                .init(name: "$schema", value: "https://json-schema.org/draft/2020-12/schema"),
                .init(name: "title", value: "Configuration of Corsway"),
            ] + members
        )
    }()

    /// The path of every key in the order of the table, sections before what is in them.
    static let keyPaths: [SettingPath] = keyPaths(of: schema, at: SettingPath())

    private static let pathsByKey = Dictionary(grouping: keyPaths) { $0.lastKey ?? "" }

    /// The paths that end in a key.
    static func paths(ofKey name: String) -> [SettingPath] {
        pathsByKey[name] ?? []
    }

    private static func keyPaths(of schema: JSONSchema, at path: SettingPath) -> [SettingPath] {
        // A section may stand as one of several forms, as `listen` does.
        if case .list(let forms) = schema["anyOf"] {
            return forms.first.map { keyPaths(of: $0, at: path) } ?? []
        }
        if let items = schema["items"], items["properties"] != nil {
            return keyPaths(of: items, at: path.appendingAnyIndex())
        }
        guard case .object(let properties) = schema["properties"] else { return [] }
        return properties.flatMap { property in
            let path = path.appending(property.name)
            return [path] + keyPaths(of: property.value, at: path)
        }
    }
}
