/// Remembers where each value was given, to place what is found out about it later.
struct ValueSources {
    private var fileName = ""
    private var positions: [SettingPath: SourcePosition] = [:]
    private var overlays: [SettingPath: ValueSource] = [:]
    /// In the order of the file.
    private var secrets: [SettingPath] = []

    /// Records every value of a file.
    mutating func record(_ tree: JSONValue, in file: LocalFile) {
        fileName = file.name
        tree.walk { path, value in
            positions[path] = value.position
            if value.secrecy != .open { secrets.append(path) }
        }
    }

    /// Records that a flag or a variable has put a value in place of the file's.
    mutating func record(_ source: ValueSource, at path: SettingPath) {
        overlays[path] = source
    }

    /// Whether a value was given at a path.
    func isGiven(_ path: SettingPath) -> Bool {
        overlays[path] != nil || positions[path] != nil
    }

    /// The first text at or below a path that refers to secrets.
    func secret(within path: SettingPath) -> SettingPath? {
        secrets.first { $0.isWithin(path) }
    }

    /// Whether a flag or a variable stands in place of the file's value.
    func isOverlaid(_ path: SettingPath) -> Bool {
        overlays[path] != nil
    }

    /// Where the value at a path was given, or else the nearest value around it.
    func source(of path: SettingPath) -> ValueSource {
        let around = sequence(first: path, next: \.parent).filter { $0.parent != nil }
        if let overlay = around.lazy.compactMap({ overlays[$0] }).first { return overlay }
        if let position = around.lazy.compactMap({ positions[$0] }).first { return .file(fileName, position) }
        return .builtIn
    }
}
