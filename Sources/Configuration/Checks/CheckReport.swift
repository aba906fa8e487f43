/// What a check looks at, and what it has found.
struct CheckReport {
    let loaded: LoadedSettings
    private(set) var problems: [Problem] = []

    init(_ loaded: LoadedSettings) {
        self.loaded = loaded
    }

    mutating func add(_ severity: Problem.Severity, at path: SettingPath, _ fault: Fault) {
        add(Problem(severity, at: loaded.sources.source(of: path), path: path.description, fault))
    }

    mutating func add(_ problem: Problem) {
        problems.append(problem)
    }
}
