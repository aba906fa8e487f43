/// The check of who can reach the admin listener.
struct AdminCheck: SettingsCheck {
    var report: CheckReport

    /// Metrics tell who uses what: other machines may read them by a secret alone.
    mutating func check() {
        let admin = settings.admin
        guard admin.isEnabled, !loaded.hasError(within: "admin") else { return }
        if admin.token == nil, !LoopbackHost.matches(admin.listen.host) {
            add(
                .error,
                at: SettingPath("admin.host"),
                Fault(
                    "Anyone who reaches \(admin.listen.host.quoted) could read the metrics.",
                    mend: "Set admin.token, or listen on 127.0.0.1."
                )
            )
        }
        if admin.listen.port != 0,
            settings.listeners.contains(where: {
                $0.host == admin.listen.host && $0.port == admin.listen.port
            })
        {
            add(
                .error,
                at: SettingPath("admin.port"),
                Fault(
                    "The proxy itself listens on \("\(admin.listen.hostInURL):\(admin.listen.port)".quoted).",
                    mend: "Write another port."
                )
            )
        }
        if let token = admin.token, token.text.utf8.count < 16 {
            add(
                .warning,
                at: SettingPath("admin.token"),
                Fault("A token this short can be guessed.", mend: "Write 16 random characters or more.")
            )
        }
    }
}
