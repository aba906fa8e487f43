import HTTPTypes

/// The whole answer to a preflight.
struct PreflightAnswer: Sendable {
    let status: Int
    let fields: [HTTPField]
    let mismatch: PreflightMismatch?

    /// The answer to an origin that is not allowed: it learns nothing about the policy.
    static let denied = PreflightAnswer(
        status: 403,
        fields: [PolicyFields.varyByOrigin, PolicyFields.noStore]
    )

    private init(status: Int, fields: [HTTPField]) {
        self.status = status
        self.fields = fields
        mismatch = nil
    }

    /// Answers an allowed origin with everything that the policy allows.
    ///
    /// A method or a header that is not allowed makes no difference to the status: from the lists the browser
    /// tells its user what was wrong, from a bare failure it cannot.
    ///
    /// - SeeAlso: Fetch §4.8 (CORS-preflight fetch).
    init(_ policy: CompiledPolicy, _ request: CORSRequest, method: String, reflecting origin: String?) {
        let requested = RequestedHeaderNames.read(request.requestHeaders)
        let headers = policy.requestHeaders.answer(to: requested)
        status = policy.preflight.status
        mismatch =
            if !policy.methods.grants(method) {
                .method(method)
            } else if requested == nil {
                .malformedHeaders
            } else {
                headers.deniedName.map { .header($0) }
            }
        let grantsPrivateNetwork = request.requestsPrivateNetwork && policy.preflight.grantsPrivateNetwork
        let reflectsRequest = policy.methods.reflects || policy.requestHeaders.reflects
        fields = [
            PolicyFields.allowOrigin(origin),
            policy.allowsCredentials ? PolicyFields.allowCredentials : nil,
            policy.methods.preflightField(for: method),
            headers.field,
            grantsPrivateNetwork ? PolicyFields.allowPrivateNetwork : nil,
            policy.preflight.maxAgeField,
            reflectsRequest ? PolicyFields.varyByPreflight : nil,
            PolicyFields.noStore,
            status == 200 ? PolicyFields.noContent : nil,
        ].compactMap { $0 }
    }
}
