/// The check of who may use the prefix form for every target.
struct OpenRelayCheck: SettingsCheck {
    var report: CheckReport

    /// Whoever reaches a proxy for every target can use it to hide behind, and only browsers tell the truth
    /// about Origin: the policy is no protection here.
    mutating func check() {
        guard let index = loaded.firstOpenListener, settings.prefix.isEnabled,
            settings.prefix.targets.allowsEveryHost,
            settings.clientKeys.isEmpty, !settings.acceptOpenRelay,
            // What was refused may have been what closes it.
            !loaded.hasError(within: "listen", "prefix", "clientKeys", "acceptOpenRelay")
        else { return }
        add(
            .error,
            at: loaded.path(ofListener: index, "host"),
            Fault(
                "The prefix form is open to all targets on \(settings.listeners[index].host.quoted): an open relay.",
                mend:
                    "Name targets in prefix.targets.allow, ask for clientKeys, listen on 127.0.0.1, or set acceptOpenRelay."
            )
        )
    }

}
