/// No answer came.
public struct NetworkFailure: Error, Sendable, Hashable {
    /// Chromium's name for it, such as `net::ERR_CONNECTION_REFUSED`.
    public let name: String
    /// What happened, as a sentence.
    public let message: String

    /// Makes a failure of its parts.
    public init(name: String, message: String) {
        self.name = name
        self.message = message
    }
}
