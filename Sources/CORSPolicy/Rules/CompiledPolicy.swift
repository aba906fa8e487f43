import HTTPTypes
import Text

/// A policy with nothing left to parse: what all its decisions share, so that each of them stays small.
final class CompiledPolicy: Sendable {
    let allowsAnyOrigin: Bool
    let allowedOrigins: OriginSet
    let deniedOrigins: OriginSet
    let allowsNullOrigin: Bool
    let allowsCredentials: Bool
    let requiresOrigin: Bool
    let methods: MethodRule
    let requestHeaders: RequestHeaderRule
    let exposedHeaders: ExposedHeaderRule
    let preflight: PreflightRule
    /// All that a response carries where any origin is allowed and no redirect was followed.
    let anyOriginFields: [HTTPField]
    /// Where it is configured.
    let place: PolicyPlace
    private let sendsTimingAllowOrigin: Bool

    init(
        _ configuration: CORSConfiguration,
        _ check: PolicyCheck,
        context: CORSPolicyContext,
        findings: inout Findings
    ) {
        methods = MethodRule(configuration, findings: &findings)
        requestHeaders = RequestHeaderRule(configuration, findings: &findings)
        exposedHeaders = ExposedHeaderRule(configuration, findings: &findings)
        preflight = PreflightRule(configuration, findings: &findings)
        allowsAnyOrigin = check.allowed.isAny
        allowedOrigins = OriginSet(check.allowed.patterns, foreignHosts: context.foreignHosts)
        deniedOrigins = OriginSet(check.denied.patterns)
        allowsNullOrigin = configuration.allowNullOrigin
        allowsCredentials = configuration.allowCredentials
        requiresOrigin = configuration.requireOrigin
        place = context.place
        sendsTimingAllowOrigin = configuration.timingAllowOrigin
        anyOriginFields = Self.fields(
            reflecting: nil,
            allowsCredentials: false,
            exposed: exposedHeaders.constantField,
            timing: configuration.timingAllowOrigin
        )
        if configuration.maxAge != CORSConfiguration().maxAge, configuration.maxAge > 0,
            !methods.needsPreflight, !requestHeaders.needsPreflight
        {
            findings.warn(
                "maxAge",
                "\(configuration.maxAge) has no effect: what is allowed needs no preflight.",
                mend: "Remove it, or add to allowedMethods or allowedHeaders."
            )
        }
    }

    /// How a request stands to the policy; a preflight is always answered as one.
    func verdict(on request: CORSRequest) -> CORSDecision.Verdict {
        guard request.isSameOrigin, !request.isPreflight else { return verdict(on: request.origin) }
        return allowsAnyOrigin ? .anyOrigin : .sameOrigin
    }

    /// The origin in Referer of a request without Origin, where it is allowed and nothing asks for an Origin.
    func embeddingOrigin(of request: CORSRequest) -> String? {
        guard !requiresOrigin, !allowsCredentials, let origin = request.refererOrigin,
            verdict(on: origin) == .allowedOrigin
        else { return nil }
        return origin
    }

    /// How an origin stands to the policy; nil is a request without Origin.
    func verdict(on origin: String?) -> CORSDecision.Verdict {
        guard let origin else { return allowsAnyOrigin ? .anyOrigin : .notCORS }
        if !deniedOrigins.patterns.isEmpty, deniedOrigins.contains(origin) { return .deniedOrigin }
        if allowsAnyOrigin { return .anyOrigin }
        let isAllowed = origin == "null" ? allowsNullOrigin : allowedOrigins.contains(origin)
        return isAllowed ? .allowedOrigin : .unknownOrigin
    }

    /// Why a request must not be forwarded: forbidden methods first, then origin, Sec-Fetch and method.
    ///
    /// - Parameter isEmbedding: Whether the origin in Referer stands for an absent one.
    func refusal(
        of request: CORSRequest,
        verdict: CORSDecision.Verdict,
        isEmbedding: Bool
    ) -> CORSRefusal? {
        if FetchMethod.isForbidden(request.method) { return .methodForbidden(request.method) }
        if request.isSameOrigin, !request.isPreflight { return nil }
        if let origin = request.origin {
            if verdict == .deniedOrigin { return .originOnDenyList(origin) }
            if verdict == .unknownOrigin { return .originDenied(origin) }
        } else if !request.isOwnPage {
            if requiresOrigin { return .originRequired }
            if isEmbedding { return nil }
            // An image or a form of another site: browsers send these without Origin.
            if !allowsAnyOrigin, let site = request.secFetchSite, site == "cross-site" || site == "same-site"
            {
                return .crossSite(site)
            }
        }
        return methods.allows(request.method) ? nil : .methodDenied(request.method)
    }

    /// The fields of a response that the asking page may read.
    func responseFields(reflecting origin: String?, exposed: HTTPField?) -> [HTTPField] {
        Self.fields(
            reflecting: origin,
            allowsCredentials: allowsCredentials,
            exposed: exposed,
            timing: sendsTimingAllowOrigin
        )
    }

    private static func fields(
        reflecting origin: String?,
        allowsCredentials: Bool,
        exposed: HTTPField?,
        timing: Bool
    ) -> [HTTPField] {
        var fields: [HTTPField] = []
        fields.reserveCapacity(4)
        fields.append(PolicyFields.allowOrigin(origin))
        if allowsCredentials { fields.append(PolicyFields.allowCredentials) }
        if let exposed { fields.append(exposed) }
        if timing, let name = PolicyFields.timingAllowOrigin {
            fields.append(HTTPField(name: name, value: origin ?? "*"))
        }
        return fields
    }
}
