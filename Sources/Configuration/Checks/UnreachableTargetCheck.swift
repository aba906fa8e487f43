import IPAddresses
import Text

/// The check of targets that the guard refuses whatever a client asks.
struct UnreachableTargetCheck: SettingsCheck {
    var report: CheckReport

    /// Warns of each target that is written as an address, or as a name of this machine, and is never connected to.
    mutating func check() {
        guard !loaded.hasError(within: "guard", "listen") else { return }
        for index in settings.routes.indices {
            warnOfUnreachableTarget(ofRouteAt: index)
            let redirects = settings.routes[index].redirects
            let path = SettingPath("routes[\(index)].redirects")
            warnOfUnreachable(patterns: redirects.targets, at: path.appending("targets"))
            guard redirects.mode == .follow, redirects.max == 0, !redirects.targets.isEmpty else { continue }
            let fault = Fault("No redirect is followed: max is 0.", mend: "Raise it, or remove the targets.")
            add(.warning, at: path.appending("targets"), fault)
        }
        guard settings.prefix.isEnabled else { return }
        warnOfUnreachable(patterns: settings.prefix.targets.allow, at: SettingPath("prefix.targets.allow"))
    }

    private mutating func warnOfUnreachableTarget(ofRouteAt index: Int) {
        let route = settings.routes[index]
        let path = SettingPath("routes[\(index)].target")
        let origin = route.target.url.origin
        guard !route.target.isMissing, !loaded.hasError(within: path.description) else { return }
        let override = route.upstream.hosts.first { override in
            override.target.host == origin.host && (override.target.port ?? origin.port) == origin.port
        }
        let host = override?.destination.host ?? origin.host
        guard let refusal = refusal(ofHost: host) else { return }
        let name = route.isTargetSecret ? "The target" : host.quoted
        add(
            .warning,
            at: path,
            Fault(
                "\(name) is never connected to: \(words(refusal)). Every request gets 403 private-address.",
                mend: mend(refusal, host, at: path)
            )
        )
    }

    private mutating func warnOfUnreachable(patterns: [WrittenPattern], at path: SettingPath) {
        for (index, pattern) in patterns.enumerated() {
            let element = path.appending(index: index)
            let isSecret = sources.secret(within: element) != nil
            guard !isSecret, !loaded.hasError(within: element.description),
                let refusal = refusal(ofHost: pattern.host)
            else { continue }
            add(
                .warning,
                at: element,
                Fault(
                    "\(pattern.text.quoted) is never connected to: \(words(refusal)).",
                    mend: mend(refusal, pattern.host, at: element)
                )
            )
        }
    }

    /// Why the guard refuses a host, nil where it does not, or where only a look-up will tell.
    private func refusal(ofHost host: String) -> AddressRefusal? {
        let bare = HostAndPort.bare(host)
        let addresses =
            IPAddress(bare).map { [$0] }
            ?? (LoopbackHost.matches(bare) ? GuardSettings.loopbackAddresses : [])
        var first: AddressRefusal?
        for address in addresses {
            guard case .refused(let refusal) = settings.addressGuard.verdict(on: address) else { return nil }
            first = first ?? refusal
        }
        return first
    }

    private func words(_ refusal: AddressRefusal) -> String {
        switch refusal {
        case .denied(let block): "guard.denyNetworks has \(block)"
        case .notPublic(let addressClass): "the guard refuses \(addressClass.name) addresses"
        case .neverReachable(let addressClass):
            "\(addressClass.name) addresses are refused whatever is configured"
        }
    }

    private func mend(_ refusal: AddressRefusal, _ host: String, at path: SettingPath) -> String {
        switch refusal {
        case .denied: return "Take it out there, or name another target."
        case .neverReachable: return "Name another address."
        case .notPublic:
            let bare = HostAndPort.bare(host)
            let block = IPAddress(bare) == nil ? "127.0.0.0/8" : bare
            let way = sources.source(of: path).isFlag ? "In a configuration file, set" : "Set"
            return "\(way) guard.allowPrivateNetworks to [\"\(block)\"], if pages may reach it."
        }
    }
}

extension Settings {
    /// The guard for requests of this machine.
    fileprivate var addressGuard: AddressGuard {
        let access: AddressGuard.PrivateAccess =
            switch self.guard.allowPrivateNetworks {
            case .none: .none
            case .all: .all
            case .blocks(let blocks): .blocks(blocks)
            case .loopbackByDefault: .blocks(GuardSettings.loopbackBlocks)
            }
        return AddressGuard(allowPrivate: access, denied: self.guard.denyNetworks)
    }
}

extension GuardSettings {
    /// What `localhost` stands for.
    fileprivate static let loopbackAddresses = [
        IPAddress(v4: (127, 0, 0, 1)), IPAddress(v6: 0, low: 1),
    ]
}

extension ValueSource {
    fileprivate var isFlag: Bool {
        if case .flag = self { true } else { false }
    }
}
