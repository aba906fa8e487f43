/// What happens to the program while it serves, what goes first at the top.
enum ServiceEvent: CaseIterable {
    /// What is under way is to be finished, and then the program ends.
    case terminate
    /// The log is to be opened again: it has been moved away.
    case reopenLog
    /// The configuration has been loaded again, or refused.
    case loaded
    /// The configuration is to be loaded again.
    case reload
}
