/// What becomes of the Location of a response that is handed back.
public enum LocationEdit: Sendable, Hashable {
    /// It stays as the upstream wrote it.
    case keep
    /// It leads here instead.
    case set(String)
    /// It is taken out: it would tell a secret.
    case drop
}
