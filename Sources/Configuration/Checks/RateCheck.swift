import CORSPolicy

/// The check of rate limits: of the origins that they leave out, and of what tells clients apart.
struct RateCheck: SettingsCheck {
    var report: CheckReport

    mutating func check() {
        let asksForKeys = !settings.clientKeys.isEmpty || settings.routes.contains { !$0.clientKeys.isEmpty }
        check(settings.limits.rate, loaded.policies.exempt, at: SettingPath("limits.rate"), asksForKeys)
        for (index, route) in settings.routes.enumerated() {
            let path = SettingPath("routes[\(index)].rate")
            check(route.rate, loaded.policies.exemptOfRoutes[index], at: path, !route.clientKeys.isEmpty)
        }
    }

    private mutating func check(
        _ rate: RateSettings?,
        _ exempt: ExemptOrigins,
        at path: SettingPath,
        _ asksForKeys: Bool
    ) {
        guard let rate else { return }
        tell(exempt.errors, .error, at: path)
        if rate.key == .clientKey, !asksForKeys {
            add(
                .error,
                at: path.appending("key"),
                Fault("No client key is asked for.", mend: "Set clientKeys, or write \"ip\".")
            )
        }
    }
}
