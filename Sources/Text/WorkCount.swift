/// Counts what loops over a peer's lines, elements and bytes do, so that a test can show it to grow no faster than
/// what the peer sends.
///
/// It is called in an `assert`, of which a release build has nothing.
public enum WorkCount {
    /// Told of each piece of work; nil but in the tests that ask.
    @TaskLocal public static var note: (@Sendable (Int) -> Void)?

    /// Tells of so many steps, and is always true.
    public static func add(_ steps: Int) -> Bool {
        note?(steps)
        return true
    }
}
