import CORSPolicy

/// The check of who may pass for a page of the target.
struct SentOriginCheck: SettingsCheck {
    var report: CheckReport

    private var told: Set<SettingPath> = []

    init(report: CheckReport) {
        self.report = report
    }

    /// Warns where targets see pages of any origin as their own: their check of Origin lets all of them in.
    mutating func check() {
        let global = SettingPath("upstream.origin")
        let cors = SettingPath("cors")
        if settings.prefix.isEnabled, settings.upstream.origin == .target, settings.clientKeys.isEmpty,
            let opening = opening(of: settings.cors, loaded.policies.global)
        {
            warn(at: global, of: cors, opening)
        }
        for (index, route) in settings.routes.enumerated() {
            guard route.upstream.origin == .target, route.clientKeys.isEmpty,
                let opening = opening(of: route.cors, loaded.policies.routes[index])
            else { continue }
            let own = SettingPath("routes[\(index)].upstream.origin")
            let ownPolicy = SettingPath("routes[\(index)].cors")
            warn(
                at: sources.isGiven(own) ? own : global,
                of: sources.isGiven(ownPolicy.appending(opening.rawValue)) ? ownPolicy : cors,
                opening
            )
        }
    }

    /// The key by which a policy lets in pages of any origin.
    private enum Opening: String {
        case allowedOrigins, allowNullOrigin

        /// - Parameter policy: Where it stands.
        func mend(_ policy: SettingPath) -> String {
            switch self {
            case .allowedOrigins: "List the origins in \(policy).allowedOrigins"
            case .allowNullOrigin: "Set \(policy).allowNullOrigin to false"
            }
        }
    }

    private func opening(of cors: CORSConfiguration, _ policy: CORSCompilation) -> Opening? {
        let kinds = Set(policy.credentialRisks.map(\.kind))
        if kinds.contains(.anyOrigin) { return cors.dangerouslyAllowAnyOrigin ? nil : .allowedOrigins }
        return kinds.contains(.nullOrigin) ? .allowNullOrigin : nil
    }

    private mutating func warn(at place: SettingPath, of policy: SettingPath, _ opening: Opening) {
        guard told.insert(place).inserted else { return }
        add(
            .warning,
            at: place,
            Fault(
                "Pages of any origin pass for pages of the target, which cannot refuse them: \(policy) lets them all in.",
                mend: "\(opening.mend(policy)), or write \"page\"."
            )
        )
    }
}
