/// A page of the operator's own, served at `/`.
public struct HelpFile: Sendable, Equatable {
    /// Its path, absolute, or relative to the current folder.
    public let path: String
    /// What it held when the configuration was loaded.
    public let bytes: [UInt8]

    /// Whether it is served as `text/html`; other names than `….html` and `….htm` are `text/plain`.
    public var isHTML: Bool {
        let name = path.lowercased()
        return name.hasSuffix(".html") || name.hasSuffix(".htm")
    }
}

extension ValueFormat where Value == HelpFile? {
    /// The path of a page that is read at once, or null.
    static var helpFile: Self {
        Self(
            schema: { _ in ["type": ["string", "null"], "default": .null] },
            read: { value, result, reader in
                guard let path = reader.readPath(value) else { return }
                reader.note(ConfigurationFile(path))
                do throws(Fault) {
                    let file = try LocalFile(reading: path, maximumBytes: 1 << 20)
                    result = HelpFile(path: path, bytes: file.bytes)
                } catch {
                    reader.refuse(value, error)
                }
            }
        )
    }
}

extension ValueFormat where Value == String? {
    /// The path of a file, or null; `isRead` says that it has to be there already.
    static func path(isRead: Bool) -> Self {
        Self(
            schema: { _ in ["type": ["string", "null"], "default": .null] },
            read: { value, result, reader in
                guard let path = reader.readPath(value) else { return }
                if isRead { reader.note(ConfigurationFile(path)) }
                do throws(Fault) {
                    if isRead { _ = try LocalFile(reading: path, maximumBytes: 16 << 20) }
                    result = path
                } catch {
                    reader.refuse(value, error)
                }
            }
        )
    }
}

extension SettingsReader {
    /// Reads a path, relative to the folder of the configuration; nil for null and for what is refused.
    fileprivate mutating func readPath(_ value: JSONValue) -> String? {
        switch value.content {
        case .null: return nil
        case .string(let name) where !name.isEmpty && !name.utf8.contains(0): return file.path(of: name)
        case .string:
            refuse(value, Fault("This is no path.", mend: "Name a file, or write null."))
            return nil
        default:
            refuseType(of: value, due: "a path")
            return nil
        }
    }
}
