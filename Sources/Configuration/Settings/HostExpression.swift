import Synchronization

/// A regular expression for a whole host, in any case; compiled once.
public final class HostExpression: Sendable, Equatable {
    /// As it was written, without its slashes.
    public let text: String
    /// `Regex` is not Sendable.
    private let regex: Mutex<Regex<AnyRegexOutput>>

    /// Compiles an expression; nil where it is none.
    init?(_ text: String) {
        self.text = text
        do {
            regex = Mutex(try Regex(text).ignoresCase())
        } catch {
            return nil
        }
    }

    /// Whether a host matches as a whole.
    public func matches(_ host: String) -> Bool {
        regex.withLock { host.wholeMatch(of: $0) != nil }
    }

    /// Compares what was written.
    public static func == (left: HostExpression, right: HostExpression) -> Bool { left.text == right.text }
}
