import Text

/// Checks what the parts of a policy mean together.
struct PolicyCheck {
    let allowed: OriginList
    let denied: OriginList
    private let configuration: CORSConfiguration
    private let context: CORSPolicyContext

    init(_ configuration: CORSConfiguration, context: CORSPolicyContext, findings: inout Findings) {
        self.configuration = configuration
        self.context = context
        allowed = OriginList(
            configuration.allowedOrigins,
            path: "allowedOrigins",
            context: context,
            mayBeAny: true,
            findings: &findings
        )
        denied = OriginList(
            configuration.deniedOrigins,
            path: "deniedOrigins",
            context: context,
            findings: &findings
        )
        if configuration.allowCredentials { checkCredentials(&findings) }
        warnOfDenied(&findings)
        warnOfOwnOrigin(&findings)
    }

    // MARK: Credentials

    private func checkCredentials(_ findings: inout Findings) {
        for risk in configuration.credentialRisks(of: allowed, context: context) { refuse(risk, &findings) }
        if context.coversPrefixForm {
            findings.warn(
                "allowCredentials",
                "Credentials are allowed in the prefix form, where one origin serves every target.",
                mend: "Allow them in a route of its own instead."
            )
        }
    }

    private func refuse(_ risk: CredentialRisk, _ findings: inout Findings) {
        let pattern = risk.pattern.quoted
        switch risk.kind {
        case .anyOrigin:
            findings.refuse(
                "allowCredentials",
                #"Credentials cannot be allowed where allowedOrigins is "*"."#,
                mend: "List the origins, or set allowCredentials to false."
            )
        case .nullOrigin:
            findings.refuse(
                risk.path,
                #"Credentials cannot be allowed for the origin "null", which any site can take on."#,
                mend: "Set allowNullOrigin or allowCredentials to false."
            )
        case .everyExtension:
            findings.refuse(
                risk.path,
                "\(pattern) stands for every extension, and credentials are allowed.",
                mend: "Write the extension's own origin, or set allowCredentials to false."
            )
        case .unencrypted:
            findings.refuse(
                risk.path,
                "\(pattern) is not encrypted, and credentials are allowed.",
                mend: "Write it with https, or set dangerouslyAllowInsecureOrigins to true."
            )
        case .publicSuffix(let parent):
            findings.refuse(
                risk.path,
                "Anyone can have a name below \(parent.quoted), a public suffix, and credentials are allowed.",
                mend: "Write a domain of your own, or set dangerouslyAllowPublicSuffixes to true."
            )
        }
    }

    // MARK: Warnings

    private func warnOfDenied(_ findings: inout Findings) {
        for (index, pattern) in allowed.entries {
            guard let other = denied.patterns.first(where: { $0.covers(pattern) }) else { continue }
            findings.warn(
                "allowedOrigins[\(index)]",
                "\(pattern.text.quoted) is denied by \(other.text.quoted) in deniedOrigins, which wins.",
                mend: "Remove it from one of the two."
            )
        }
        if !configuration.deniedOrigins.isEmpty, !configuration.requireOrigin {
            findings.warn(
                "deniedOrigins",
                "A client that sends no Origin is not denied.",
                mend: "Set requireOrigin to true where that matters."
            )
        }
    }

    private func warnOfOwnOrigin(_ findings: inout Findings) {
        for (index, pattern) in allowed.entries where context.ownOrigins.contains(pattern.text) {
            findings.warn(
                "allowedOrigins[\(index)]",
                "\(pattern.text.quoted) is the proxy's own origin: pages of its routes that run as it need no entry.",
                mend: "Remove it."
            )
        }
    }
}
