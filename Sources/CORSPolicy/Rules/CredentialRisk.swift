/// Why pages that a policy lets in should have neither a user's credentials nor secrets of the proxy.
public struct CredentialRisk: Sendable, Hashable {
    /// Who could be behind such a page.
    public enum Kind: Sendable, Hashable {
        /// Anybody: `allowedOrigins` is `*`.
        case anyOrigin
        /// Anybody: every site can take on the origin `null`, by a sandboxed frame.
        case nullOrigin
        /// The maker of any extension.
        case everyExtension
        /// Whoever is on the way to the page's server.
        case unencrypted
        /// Whoever has a name below this public suffix.
        case publicSuffix(String)
    }

    /// The key below `cors`, for example `allowedOrigins[0]`.
    public let path: String
    /// The pattern of the origins, as messages show it.
    public let pattern: String
    /// Who could be behind such a page.
    public let kind: Kind
}

extension CORSConfiguration {
    /// The risks of credentials for the pages of `allowedOrigins`, less those that a word of the operator accepts.
    ///
    /// - Parameter context: Supplies the public suffixes.
    func credentialRisks(of allowed: OriginList, context: CORSPolicyContext) -> [CredentialRisk] {
        var risks: [CredentialRisk] = []
        if allowed.isAny {
            risks.append(CredentialRisk(path: "allowedOrigins", pattern: "*", kind: .anyOrigin))
        }
        if allowNullOrigin {
            risks.append(CredentialRisk(path: "allowNullOrigin", pattern: "null", kind: .nullOrigin))
        }
        for (index, pattern) in allowed.entries {
            risks += kinds(of: pattern, context).map { kind in
                CredentialRisk(path: "allowedOrigins[\(index)]", pattern: pattern.text, kind: kind)
            }
        }
        return risks
    }

    private func kinds(of pattern: OriginPattern, _ context: CORSPolicyContext) -> [CredentialRisk.Kind] {
        var kinds: [CredentialRisk.Kind] = []
        if pattern.host == .any { kinds.append(.everyExtension) }
        if pattern.scheme == "http", !pattern.isLoopback, !dangerouslyAllowInsecureOrigins {
            kinds.append(.unencrypted)
        }
        if case .subdomains(let parent) = pattern.host, !pattern.isLoopback,
            !dangerouslyAllowPublicSuffixes, context.isPublicSuffix(parent)
        {
            kinds.append(.publicSuffix(parent))
        }
        return kinds
    }
}
