/// What comes of compiling a configuration once: the policy, and all that there is to say about it.
public struct CORSCompilation: Sendable {
    /// What the configuration says, without what is wrong in it: not to be served with where there are errors.
    public let policy: CORSPolicy
    /// What is wrong, in the order of the checks.
    public let errors: [CORSProblem]
    /// The risks of credentials for the pages that are let in, whether or not credentials are allowed.
    public let credentialRisks: [CredentialRisk]

    /// What is allowed but likely not meant.
    public var warnings: [CORSProblem] { policy.warnings }

    /// Compiles a configuration.
    ///
    /// - Parameters:
    ///   - configuration: The values of a `cors` object.
    ///   - context: What has to be known from outside; its functions are used here only, not kept.
    public init(_ configuration: CORSConfiguration, context: CORSPolicyContext) {
        var findings = Findings()
        let check = PolicyCheck(configuration, context: context, findings: &findings)
        let compiled = CompiledPolicy(configuration, check, context: context, findings: &findings)
        policy = CORSPolicy(compiled, warnings: findings.warnings)
        errors = findings.problems
        credentialRisks = configuration.credentialRisks(of: check.allowed, context: context)
    }
}
