import Configuration

/// Everything that the settings are loaded from, so that they can be loaded again.
struct SettingsSource: Sendable {
    /// The configuration file; nil for the defaults.
    let file: String?
    let flags: Flags
    let environment: [String: String]
    /// The sockets that the program was started with.
    let inherited: [InheritedListener]

    func load() throws(ConfigurationError) -> Settings {
        try Settings.load(
            file: file,
            flags: flags,
            environment: environment,
            inherited: inherited,
            validators: .system
        )
    }
}
