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
            isOpen(settings.cors, loaded.policies.global)
        {
            warn(at: global, of: cors)
        }
        for (index, route) in settings.routes.enumerated() {
            guard route.upstream.origin == .target, route.clientKeys.isEmpty,
                isOpen(route.cors, loaded.policies.routes[index])
            else { continue }
            let own = SettingPath("routes[\(index)].upstream.origin")
            let ownPolicy = SettingPath("routes[\(index)].cors")
            warn(
                at: sources.isGiven(own) ? own : global,
                of: sources.isGiven(ownPolicy.appending("allowedOrigins")) ? ownPolicy : cors
            )
        }
    }

    private func isOpen(_ cors: CORSConfiguration, _ policy: CORSCompilation) -> Bool {
        !cors.dangerouslyAllowAnyOrigin && policy.credentialRisks.contains { $0.kind == .anyOrigin }
    }

    private mutating func warn(at place: SettingPath, of policy: SettingPath) {
        guard told.insert(place).inserted else { return }
        add(
            .warning,
            at: place,
            Fault(
                "Pages of any origin pass for pages of the target, which cannot refuse them: \(policy) lets them all in.",
                mend: "List the origins in \(policy).allowedOrigins, or write \"page\"."
            )
        )
    }
}
