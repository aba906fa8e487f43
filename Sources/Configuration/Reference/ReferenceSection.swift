/// One section of the reference: an object of the configuration with its keys.
struct ReferenceSection {
    let path: SettingPath
    let schema: JSONSchema

    /// Whether it is the whole configuration.
    var isTop: Bool { path.keys.isEmpty }

    var title: String { path.description }

    /// The anchor that GitHub makes of the heading.
    var anchor: String {
        title.lowercased().filter { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
    }

    private var link: String { "[`\(title)`](#\(anchor))" }

    /// Every section of a schema, the whole first, each before what is in it.
    static func all(in schema: JSONSchema) -> [ReferenceSection] {
        all(in: schema, at: SettingPath())
    }

    private static func all(in schema: JSONSchema, at path: SettingPath) -> [ReferenceSection] {
        let here = ReferenceSection(path: path, schema: schema)
        return [here]
            + here.keys.flatMap { key in
                let path = path.appending(key.name)
                return key.value.section.map { section in
                    all(in: section.schema, at: section.isList ? path.appendingAnyIndex() : path)
                } ?? []
            }
    }

    private var keys: [JSONSchema.Member] {
        guard case .object(let properties) = schema["properties"] else { return [] }
        return properties
    }

    /// The section under its heading; empty where another one tells the same.
    func markdown(among sections: [ReferenceSection]) -> String {
        if twin(among: sections) != nil { return "" }
        let heading = String(repeating: "#", count: min(2 + path.keys.count - 1, 4))
        return "\(heading) `\(title)`\n\n" + table(among: sections)
    }

    /// The keys in a table.
    func table(among sections: [ReferenceSection]) -> String {
        let base = base(among: sections)
        let inherited = base.map { Set($0.keys.map(\.name)) } ?? []
        let rows = keys.filter { !inherited.contains($0.name) }.map { row(of: $0, among: sections) }
        let lead = base.map {
            "The keys of \($0.link), and where one is left out, what stands there; besides:\n\n"
        }
        return (lead ?? "") + "| key | value | default | meaning |\n|---|---|---|---|\n" + rows.joined()
    }

    private func row(of key: JSONSchema.Member, among sections: [ReferenceSection]) -> String {
        let cells = [
            "`\(key.name)`", valueText(of: key, among: sections), defaultText(of: key),
            key.value["description"].flatMap(\.stringValue).map(\.escapedInMarkdown) ?? "",
        ]
        return "| \(cells.joined(separator: " | ")) |\n"
    }

    private func valueText(of key: JSONSchema.Member, among sections: [ReferenceSection]) -> String {
        guard let section = key.value.section else { return key.value.valueText }
        let path = path.appending(key.name)
        let own = ReferenceSection(
            path: section.isList ? path.appendingAnyIndex() : path,
            schema: section.schema
        )
        let target = own.twin(among: sections) ?? own
        return "\(section.phrase): \(target.link)"
    }

    private func defaultText(of key: JSONSchema.Member) -> String {
        if case .list(let required) = schema["required"], required.contains(.string(key.name)) {
            return "required"
        }
        guard let value = key.value["default"] else { return "" }
        return "`\(value.text())`"
    }
}

extension ReferenceSection {
    /// The section that tells the same as this one; nil where this one has to tell it.
    private func twin(among sections: [ReferenceSection]) -> ReferenceSection? {
        if let whole = whole(among: sections),
            schema.withoutDefaults["properties"] == whole.keysWithoutDefaults
        {
            return whole
        }
        return sections.prefix { $0.path != path }.first {
            $0.schema["properties"] == schema["properties"] && $0.schema["required"] == schema["required"]
        }
    }

    /// The section whose keys, and others, this one takes without their defaults.
    private func base(among sections: [ReferenceSection]) -> ReferenceSection? {
        guard let whole = whole(among: sections), !keys.isEmpty, schema == schema.withoutDefaults,
            case .object(let members) = whole.keysWithoutDefaults, Set(keys).isSuperset(of: members)
        else { return nil }
        return whole
    }

    /// The section of the same name at the top, which a route's own overrides key by key.
    private func whole(among sections: [ReferenceSection]) -> ReferenceSection? {
        guard path.keys.count > 1, schema == schema.withoutDefaults, let name = path.lastKey else {
            return nil
        }
        return sections.first { $0.path == SettingPath().appending(name) }
    }

    private var keysWithoutDefaults: JSONSchema? { schema.withoutDefaults["properties"] }
}
