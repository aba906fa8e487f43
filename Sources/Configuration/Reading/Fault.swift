/// What is wrong with one value, and what to write instead.
public struct Fault: Error, Sendable, Hashable {
    /// A sentence that says what is wrong; it never holds a secret.
    public let message: String
    /// A sentence that says what to do; absent where the message says it already.
    public let mend: String?

    /// Makes a fault of whole sentences.
    public init(_ message: String, mend: String? = nil) {
        self.message = message
        self.mend = mend
    }
}
