import IPAddresses
import Text

/// The check of whether clients elsewhere can name a host that is answered.
struct AllowedHostCheck: SettingsCheck {
    var report: CheckReport

    mutating func check() {
        guard let index = loaded.firstOpenListener, !loaded.hasError(within: "listen", "allowedHosts") else {
            return
        }
        let isReachable = settings.allowedHosts.contains { host in
            if host == "*" { return true }
            let bare = HostAndPort.bare(host)
            let name = bare.hasPrefix("*.") ? String(bare.dropFirst(2)) : bare
            return !LoopbackHost.matches(name) && IPAddress(name)?.isUnspecified != true
        }
        guard !isReachable else { return }
        let path = SettingPath("allowedHosts")
        let fault = Fault(
            "Only loopback names are answered on \(settings.listeners[index].host.quoted): clients elsewhere get 421.",
            mend: "Add the names that they use, such as \"proxy.example.com\"."
        )
        let source = sources.source(of: sources.isGiven(path) ? path : loaded.path(ofListener: index, "host"))
        report.add(Problem(.warning, at: source, path: path.description, fault))
    }

}
