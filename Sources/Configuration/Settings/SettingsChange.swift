/// One key that two configurations set differently.
public struct SettingsChange: Sendable, Equatable, CustomStringConvertible {
    /// Its path, for example `limits.connections`.
    public let path: String
    /// What it changes to, in words.
    public let summary: String

    /// `limits.connections: 10000 (default) → 500`.
    public var description: String { "\(path): \(summary)" }
}

extension SettingsOutline {
    private typealias Pair = (old: Entry?, new: Entry?)

    /// What changes from this configuration to another one, in the order of the other one.
    public func changes(to other: SettingsOutline) -> [SettingsChange] {
        let old = Dictionary(entries.map { ($0.path, $0) }) { first, _ in first }
        let new = Set(other.entries.map(\.path))
        let pairs: [Pair] =
            other.entries.map { (old[$0.path], $0) }
            + entries.filter { !new.contains($0.path) }.map { ($0, nil) }
        return pairs.compactMap(change)
    }

    private func change(_ pair: Pair) -> SettingsChange? {
        guard let path = (pair.new ?? pair.old)?.path, pair.old?.digest != pair.new?.digest else {
            return nil
        }
        let usual = SchemaDocument.usualValue(at: path)
        // A default that is written out changes nothing.
        if pair.old == nil || pair.new == nil, let set = pair.new ?? pair.old, set.text == usual {
            return nil
        }
        let summary: String
        switch (pair.old, pair.new) {
        case (let old?, let new?):
            summary =
                old.text == new.text || old.isHidden && new.isHidden ? "changed" : "\(old.text) → \(new.text)"
        case (nil, let new?):
            summary =
                usual.map { "\($0) (default) → \(new.text)" }
                ?? (new.isHidden ? "added" : "added \(new.text)")
        case (let old?, nil):
            summary =
                usual.map { "\(old.text) → \($0) (default)" }
                ?? (old.isHidden ? "removed" : "removed \(old.text)")
        case (nil, nil):
            return nil
        }
        let needsRestart = path == SettingPath("shards")
        return SettingsChange(
            path: path.description,
            summary: needsRestart ? "\(summary), needs a restart" : summary
        )
    }
}

extension SchemaDocument {
    private static let usualValues: [SettingPath: String] = usualValues(of: schema, at: SettingPath())

    /// The default of a key, in JSON on one line; nil where there is none that is known without the other keys.
    fileprivate static func usualValue(at path: SettingPath) -> String? {
        usualValues[path.ofAnyElement]
    }

    private static func usualValues(of schema: JSONSchema, at path: SettingPath) -> [SettingPath: String] {
        var values: [SettingPath: String] = [:]
        if let usual = schema["default"] {
            values[path] = usual == ["*"] ? "\"*\"" : usual.text()
        }
        if case .list(let forms) = schema["anyOf"] {
            for form in forms { values.merge(usualValues(of: form, at: path)) { first, _ in first } }
        }
        if let items = schema["items"] {
            values.merge(usualValues(of: items, at: path.appendingAnyIndex())) { first, _ in first }
        }
        if case .object(let properties) = schema["properties"] {
            for property in properties {
                values.merge(usualValues(of: property.value, at: path.appending(property.name))) { first, _ in
                    first
                }
            }
        }
        return values
    }
}
