/// One finding about a `cors` object: which key, what is wrong, what to write instead.
public struct CORSProblem: Sendable, Hashable {
    /// The key below `cors`, for example `allowedOrigins[0]`.
    public let path: String
    /// What is wrong, as a sentence.
    public let message: String
    /// What to do, as a sentence.
    public let mend: String

    /// Makes a problem of its parts.
    public init(path: String, message: String, mend: String) {
        self.path = path
        self.message = message
        self.mend = mend
    }
}

/// A `cors` object that is refused, with everything that is wrong with it.
public struct CORSConfigurationError: Error, Sendable, Hashable {
    /// At least one problem, in the order of the checks.
    public let problems: [CORSProblem]
}

/// What comes to light while a configuration is compiled.
struct Findings {
    private(set) var problems: [CORSProblem] = []
    private(set) var warnings: [CORSProblem] = []

    mutating func refuse(_ path: String, _ message: String, mend: String) {
        problems.append(CORSProblem(path: path, message: message, mend: mend))
    }

    mutating func warn(_ path: String, _ message: String, mend: String) {
        warnings.append(CORSProblem(path: path, message: message, mend: mend))
    }

    func throwProblems() throws(CORSConfigurationError) {
        guard problems.isEmpty else { throw CORSConfigurationError(problems: problems) }
    }
}
