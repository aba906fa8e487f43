import Text

/// Who may read responses across origins: compiled once from a configuration, then asked for every request.
///
/// - SeeAlso: Fetch §3.3 (CORS protocol).
public struct CORSPolicy: Sendable {
    private let policy: CompiledPolicy
    /// What is allowed but likely not meant.
    public let warnings: [CORSProblem]

    /// Compiles a configuration.
    ///
    /// - Parameters:
    ///   - configuration: The values of a `cors` object.
    ///   - context: What has to be known from outside; its functions are used here only, not kept.
    /// - Throws: All problems of the configuration at once.
    public init(
        _ configuration: CORSConfiguration,
        context: CORSPolicyContext
    ) throws(CORSConfigurationError) {
        let compilation = CORSCompilation(configuration, context: context)
        guard compilation.errors.isEmpty else { throw CORSConfigurationError(problems: compilation.errors) }
        self = compilation.policy
    }

    init(_ policy: CompiledPolicy, warnings: [CORSProblem]) {
        self.policy = policy
        self.warnings = warnings
    }

    /// A policy that lets no origin in.
    public static let closed: CORSPolicy = {
        var configuration = CORSConfiguration()
        configuration.allowedOrigins = []
        let context = CORSPolicyContext(canonicalHost: { _ in nil }, isPublicSuffix: { _ in false })
        return CORSCompilation(configuration, context: context).policy
    }()

    /// Decides about one request, which has at most one Origin field.
    public func decide(_ request: CORSRequest) -> CORSDecision {
        CORSDecision(request, policy: policy)
    }

    /// Whether `allowedOrigins` is `*`.
    public var allowsAnyOrigin: Bool { policy.allowsAnyOrigin }

    /// Whether requests may carry credentials of the browser.
    public var allowsCredentials: Bool { policy.allowsCredentials }
}

// MARK: What to tell people

extension CORSPolicy {
    /// The pattern of `allowedOrigins` that matches an origin; nil where none does, or where any origin is allowed.
    ///
    /// Meant for explanations: its cost grows with the list.
    public func matchingPattern(for origin: String) -> String? {
        policy.allowedOrigins.firstMatch(for: origin)?.text
    }

    /// The first pattern of `deniedOrigins` that matches an origin; nil where none does.
    ///
    /// Meant for explanations: its cost grows with the list.
    public func denyingPattern(for origin: String) -> String? {
        policy.deniedOrigins.firstMatch(for: origin)?.text
    }

    /// The pattern of `allowedOrigins` that comes closest to a refused origin, and why it does not match.
    ///
    /// Meant for logs and hints: its cost grows with the list.
    public func nearestMiss(to origin: String) -> String? {
        ClosestPattern.text(for: origin, among: policy.allowedOrigins)
    }

    /// What to change so that a refused request would pass.
    ///
    /// - Parameters:
    ///   - refusal: The refusal of one of this policy's decisions.
    ///   - showsPatterns: Whether the reader may know what the policy's lists hold.
    /// - Returns: One or two sentences, which name the keys where this policy is configured.
    public func hint(for refusal: CORSRefusal, showsPatterns: Bool = true) -> String {
        switch refusal {
        case .originDenied("null"):
            return "Set \(path("allowNullOrigin")) to true."
        case .originDenied(let origin):
            let first =
                OriginPattern(serialized: origin) == nil
                ? "No browser sends such an origin."
                : place.hasFile
                    ? "Add \(origin.quoted) to \(path("allowedOrigins"))."
                    : "Start corsway with --allow-origin \(origin)."
            let closest = showsPatterns ? nearestMiss(to: origin) : nil
            return closest.map { "\(first) \($0)" } ?? first
        case .originOnDenyList(let origin):
            guard showsPatterns, let pattern = policy.deniedOrigins.firstMatch(for: origin)?.text else {
                return "Remove what matches it from \(path("deniedOrigins"))."
            }
            return "Remove \(pattern.quoted) from \(path("deniedOrigins"))."
        case .originRequired:
            return "Send an Origin field, or set \(path("requireOrigin")) to false."
        case .crossSite:
            return "Ask with fetch() in CORS mode, or with the attribute crossorigin, so that Origin is sent."
        case .methodForbidden:
            return "Use another method."
        case .methodDenied(let method):
            return "Add \(method.quoted) to \(path("allowedMethods"))."
        }
    }

    /// What to change so that a browser would go on after a preflight.
    public func hint(for mismatch: PreflightMismatch) -> String {
        switch mismatch {
        case .method(let method): "Add \(method.quoted) to \(path("allowedMethods"))."
        case .header(let name): "Add \(name.quoted) to \(path("allowedHeaders"))."
        case .malformedHeaders: "Send at most 128 header names of at most 128 bytes, separated by commas."
        }
    }

    /// Where the policy is configured.
    public var place: PolicyPlace { policy.place }

    private func path(_ key: String) -> String {
        place.path(of: key) + (place.hasFile ? "" : " (in a file, --config FILE)")
    }
}
