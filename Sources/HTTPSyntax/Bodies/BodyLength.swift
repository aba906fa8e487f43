/// How long a message's body is, in whatever version of HTTP it comes.
public enum BodyLength: Sendable, Hashable {
    /// There is no body.
    case none
    /// So many bytes.
    case known(Int64)
    /// That shows when it ends.
    case unknown
}
