/// A text that is compared or sent, and never shown.
public struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible {
    /// The text itself.
    public let text: String

    /// Makes a secret of its text.
    public init(_ text: String) {
        self.text = text
    }

    /// A placeholder.
    public var description: String { "<secret>" }

    /// A placeholder.
    public var debugDescription: String { description }
}
