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
        if allowed.isAny {
            findings.refuse(
                "allowCredentials",
                #"Credentials cannot be allowed where allowedOrigins is "*"."#,
                mend: "List the origins, or set allowCredentials to false."
            )
        }
        if configuration.allowNullOrigin {
            findings.refuse(
                "allowNullOrigin",
                #"Credentials cannot be allowed for the origin "null", which any site can take on."#,
                mend: "Set allowNullOrigin or allowCredentials to false."
            )
        }
        for (index, pattern) in allowed.entries {
            checkCredentials(of: pattern, "allowedOrigins[\(index)]", &findings)
        }
        if context.coversPrefixForm {
            findings.warn(
                "allowCredentials",
                "Credentials are allowed in the prefix form, where one origin serves every target.",
                mend: "Allow them in a route of its own instead."
            )
        }
    }

    private func checkCredentials(of pattern: OriginPattern, _ path: String, _ findings: inout Findings) {
        if pattern.host == .any {
            findings.refuse(
                path,
                "\(pattern.text.quoted) stands for every extension, and credentials are allowed.",
                mend: "Write the extension's own origin, or set allowCredentials to false."
            )
        }
        if pattern.scheme == "http", !pattern.isLoopback, !configuration.dangerouslyAllowInsecureOrigins {
            findings.refuse(
                path,
                "\(pattern.text.quoted) is not encrypted, and credentials are allowed.",
                mend: "Write it with https, or set dangerouslyAllowInsecureOrigins to true."
            )
        }
        if case .subdomains(let parent) = pattern.host, !pattern.isLoopback,
            !configuration.dangerouslyAllowPublicSuffixes, context.isPublicSuffix(parent)
        {
            findings.refuse(
                path,
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
                "\(pattern.text.quoted) is the proxy's own origin, which pages of any target could run as.",
                mend: "Remove it."
            )
        }
    }
}
