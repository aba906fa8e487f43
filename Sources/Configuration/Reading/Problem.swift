/// One finding about a configuration: where, which key, what is wrong, what to do.
public struct Problem: Sendable, Hashable, CustomStringConvertible {
    /// How much a problem weighs.
    public enum Severity: String, Sendable, Hashable {
        /// The configuration is refused.
        case error
        /// It is taken, but likely not what was meant.
        case warning
        /// It is taken, and its consequence ought to be known.
        case note
    }

    /// Whether the configuration is refused for it.
    public let severity: Severity
    /// Where the value was given.
    public let source: ValueSource
    /// The path of the key, for example `cors.allowedOrigins[0]`; empty where the file as a whole is meant.
    public let path: String
    /// What is wrong, and the sentence that says what to do.
    public let fault: Fault

    /// Makes a problem of its parts.
    public init(_ severity: Severity, at source: ValueSource, path: String, _ fault: Fault) {
        self.severity = severity
        self.source = source
        self.path = path
        self.fault = fault
    }

    /// One line: `corsway.json:3:5: error: listen.port: 70000 is out of range. Write …`.
    public var description: String {
        let head =
            path.isEmpty ? "\(source): \(severity.rawValue): " : "\(source): \(severity.rawValue): \(path): "
        guard let mend = fault.mend else { return head + fault.message }
        return "\(head)\(fault.message) \(mend)"
    }
}

/// A configuration that is refused, with everything that is wrong with it.
public struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// All findings in the order of the file, warnings included; at least one is an error.
    public let problems: [Problem]
    /// The files that were read, or should have been: one that changes may mend it.
    public let files: [ConfigurationFile]

    /// Makes an error of findings.
    public init(_ problems: [Problem], files: [ConfigurationFile] = []) {
        self.problems = problems
        self.files = files
    }

    /// One line for each problem.
    public var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}
