import HTTPTypes

/// What a policy says about one request: made once, applied to the upstream's response and to own errors alike.
public struct CORSDecision: Sendable {
    /// How the origin of a request stands to the policy.
    public enum Verdict: String, Sendable, Hashable {
        /// The request has no Origin, and the policy names origins.
        case notCORS = "no-origin"
        /// The request stays within its origin, and the policy names origins.
        case sameOrigin = "same-origin"
        /// The policy allows any origin; the request may have none.
        case anyOrigin = "any-origin"
        /// A pattern of the list matches, or the origin is `null` and that is allowed.
        case allowedOrigin = "allowed"
        /// No pattern of the list matches.
        case unknownOrigin = "unknown-origin"
        /// A pattern of the deny list matches.
        case deniedOrigin = "denied-origin"
    }

    private let policy: CompiledPolicy
    private let reflectedOrigin: String?
    private let preflightAnswer: PreflightAnswer?
    /// How the origin stands to the policy.
    public let verdict: Verdict
    /// Why the request must not be forwarded; nil where it may, and for a preflight whose origin is allowed.
    public let refusal: CORSRefusal?
    /// The allowed origin in Referer that stands for an absent Origin; nil where none does.
    public let embeddingOrigin: String?

    init(_ request: CORSRequest, policy: CompiledPolicy) {
        self.policy = policy
        verdict = policy.verdict(on: request)
        reflectedOrigin = verdict == .allowedOrigin ? request.origin : nil
        embeddingOrigin = verdict == .notCORS ? policy.embeddingOrigin(of: request) : nil
        refusal = policy.refusal(of: request, verdict: verdict, isEmbedding: embeddingOrigin != nil)
        if request.isPreflight, let method = request.requestMethod {
            preflightAnswer =
                refusal == nil
                ? PreflightAnswer(policy, request, method: method, reflecting: reflectedOrigin) : .denied
        } else {
            preflightAnswer = nil
        }
    }
}

// MARK: Preflight

extension CORSDecision {
    /// Whether the request is answered here with `preflightFields` and never forwarded.
    public var isPreflight: Bool { preflightAnswer != nil }

    /// The status of a preflight's answer: 403 where the origin is refused.
    public var preflightStatus: Int { preflightAnswer?.status ?? policy.preflight.status }

    /// Why the browser will not go on although the preflight is not refused.
    public var preflightMismatch: PreflightMismatch? { preflightAnswer?.mismatch }

    /// Every field that the answer to a preflight carries, `Vary` and `Cache-Control` included.
    ///
    /// A status of 200 has its `Content-Length: 0` among them; a 403 leaves the body to the caller.
    public func preflightFields() -> [HTTPField] { preflightAnswer?.fields ?? [] }
}

// MARK: Actual request

extension CORSDecision {
    /// The `Access-Control-*` fields, and `Timing-Allow-Origin`, of a response or of an error of the proxy's own.
    ///
    /// They take the place of every `Access-Control-*` that the upstream has sent.
    ///
    /// - Parameters:
    ///   - status: The status of the response.
    ///   - redirectsFollowed: How many `X-CORS-Redirect-n` fields the response has.
    ///   - sentFieldNames: The names of the fields that the response is sent with; called only where the exposed
    ///     headers are `*` together with credentials.
    /// - Returns: Nothing where the page that asks may not read the response.
    /// - SeeAlso: Fetch §3.3.3 (HTTP responses).
    public func responseFields(
        status: Int,
        redirectsFollowed: Int = 0,
        sentFieldNames: () -> [String]
    ) -> [HTTPField] {
        guard mayShare else { return [] }
        if verdict == .anyOrigin, redirectsFollowed == 0 { return policy.anyOriginFields }
        let exposed = policy.exposedHeaders.field(
            status: status,
            redirects: redirectsFollowed,
            sentNames: sentFieldNames
        )
        return policy.responseFields(reflecting: reflectedOrigin, exposed: exposed)
    }

    /// What the answer to a refused request carries beside `responseFields`.
    public func refusalFields() -> [HTTPField] {
        switch refusal {
        case nil: []
        case .methodForbidden, .methodDenied: [PolicyFields.noStore, policy.methods.allowField]
        case .originDenied, .originOnDenyList, .originRequired, .crossSite: [PolicyFields.noStore]
        }
    }

    /// Whether `Vary` of a response that answers no preflight must name Origin.
    public var variesByOrigin: Bool { !policy.allowsAnyOrigin || verdict == .deniedOrigin }

    /// Whether any page, or the one that asks, may read the response.
    public var mayShare: Bool { verdict == .anyOrigin || verdict == .allowedOrigin }

    /// Whether any page, or the one that asks, may show the response, as an image or a script.
    ///
    /// `Cross-Origin-Resource-Policy` then becomes `cross-origin`.
    public var mayEmbed: Bool { mayShare || embeddingOrigin != nil }

    /// Whether `Cookie` may go to the upstream, and `Set-Cookie` to the client, as far as the policy has a say.
    public var allowsCredentials: Bool { policy.allowsCredentials }
}
