/// The check of guards that a forward proxy leaves without sight.
struct BlindGuardCheck: SettingsCheck {
    var report: CheckReport

    /// The guard checks the address that is connected to, which is the proxy's own where there is one.
    mutating func check() {
        guard settings.guard.allowPrivateNetworks != .all else { return }
        noteBlindGuard(behind: settings.upstream.proxy, at: SettingPath("upstream.proxy"))
        for (index, route) in settings.routes.enumerated()
        where route.upstream.proxy != settings.upstream.proxy {
            let path = SettingPath("routes[\(index)].upstream.proxy")
            noteBlindGuard(behind: route.upstream.proxy, at: path)
        }
    }

    private mutating func noteBlindGuard(behind proxy: UpstreamSettings.Proxy, at path: SettingPath) {
        switch proxy {
        case .none: return
        case .url: break
        case .environment:
            // Upper-case HTTP_PROXY is not read: a CGI server would let clients set it.
            let names = ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
            guard names.contains(where: { loaded.environment[$0]?.isEmpty == false }) else { return }
        }
        add(
            .note,
            at: path,
            Fault(
                "Targets are reached through a proxy, so the guard sees the proxy's address only; "
                    + "targets that are private by name or by literal are still refused.",
                mend: "Write \"none\" to connect directly."
            )
        )
    }

}
