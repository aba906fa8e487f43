/// The check of listeners against each other.
struct ListenerCheck: SettingsCheck {
    var report: CheckReport

    /// Two listeners in one place: the second could never be opened.
    mutating func check() {
        var taken: [String: Int] = [:]
        for (index, listen) in settings.listeners.enumerated() where listen.unix != nil || listen.port != 0 {
            let place = listen.place
            guard let first = taken[place] else {
                taken[place] = index
                continue
            }
            add(
                .error,
                at: loaded.path(ofListener: index, listen.unix == nil ? "port" : "unix"),
                Fault(
                    "\(place.quoted) is listened on already by listen[\(first)].",
                    mend: "Write another \(listen.unix == nil ? "port" : "path"), or remove one of the two."
                )
            )
        }
    }
}
