import CORSPolicy

/// What `CORSPolicy` has to say about each policy.
struct PolicyCheck: SettingsCheck {
    var report: CheckReport

    /// Tells what there is to say about each policy.
    mutating func check() {
        let global = loaded.policies.global
        let told = global.errors.isEmpty ? global.warnings : []
        tell(global.errors, .error, at: SettingPath("cors"))
        tell(told, .warning, at: SettingPath("cors"))
        for (index, own) in loaded.policies.routes.enumerated() {
            let path = SettingPath("routes[\(index)].cors")
            tell(own.errors.filter { isNew($0, at: path, beside: global.errors) }, .error, at: path)
            guard sources.isGiven(path), own.errors.isEmpty else { continue }
            tell(own.warnings.filter { isNew($0, at: path, beside: told) }, .warning, at: path)
        }
    }

    /// Whether a finding has not been told of the global policy, to which the route leaves the key.
    private func isNew(_ problem: CORSProblem, at path: SettingPath, beside known: [CORSProblem]) -> Bool {
        !known.contains(problem) || sources.isGiven(path.appending(SettingPath(problem.path)))
    }
}
