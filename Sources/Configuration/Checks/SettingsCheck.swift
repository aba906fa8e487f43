import CORSPolicy

/// A check of how the values of a configuration go together.
protocol SettingsCheck {
    /// What is looked at, and what was found so far.
    var report: CheckReport { get set }

    init(report: CheckReport)

    /// Adds to the report what there is to say.
    mutating func check()
}

extension SettingsCheck {
    /// Everything that the check has to say, in the order in which it came to light.
    static func findings(in loaded: LoadedSettings) -> [Problem] {
        var check = Self(report: CheckReport(loaded))
        check.check()
        return check.report.problems
    }

    var loaded: LoadedSettings { report.loaded }
    var settings: Settings { report.loaded.settings }
    var sources: ValueSources { report.loaded.sources }

    mutating func add(_ severity: Problem.Severity, at path: SettingPath, _ fault: Fault) {
        report.add(severity, at: path, fault)
    }

    /// Tells the problems of `CORSPolicy` at the place of the object that they are about.
    mutating func tell(
        _ problems: [CORSProblem],
        _ severity: Problem.Severity,
        at path: SettingPath
    ) {
        // The words of one finding may show several values.
        let isSecret = sources.secret(within: path) != nil
        for problem in problems {
            let fault = isSecret ? Fault.hidden : Fault(problem.message, mend: problem.mend)
            add(severity, at: path.appending(SettingPath(problem.path)), fault)
        }
    }
}
