import Configuration

/// What happens to the program while it serves.
enum ServiceEvent: Sendable {
    /// The configuration is to be loaded again, whatever has changed.
    case reload
    /// A file that the configuration was loaded from has changed.
    case filesChanged
    /// The configuration has been loaded again, or refused.
    case loaded(Result<Settings, ConfigurationError>)
    /// The log is to be opened again: it has been moved away.
    case reopenLog
    /// What is under way is to be finished, and then the program ends.
    case terminate
}
