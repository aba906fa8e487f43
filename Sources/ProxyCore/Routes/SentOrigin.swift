/// Which Origin an upstream is sent, where the client sends one.
public enum SentOrigin: String, Sendable, CaseIterable {
    /// That of the page, as the browser says it.
    case page
    /// The target's own, as if its own page asked.
    case target
    /// None, as if no page asked.
    case absent = "none"
}
