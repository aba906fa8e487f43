import Configuration
import Synchronization

/// What was in some files when they were last compared, and whether they are about to be compared again.
final class PendingComparison: Sendable {
    private struct State {
        var isPending = false
        var files: [ConfigurationFile]
    }

    private let state: Mutex<State>

    init(_ files: [ConfigurationFile]) {
        state = Mutex(State(files: files))
    }

    /// Whether a comparison is to be set going; false where one is under way.
    func begin() -> Bool {
        state.withLock { state in
            defer { state.isPending = true }
            return !state.isPending
        }
    }

    /// Compares; whether something has changed since the last time.
    func endsWithChange() -> Bool {
        state.withLock { state in
            state.isPending = false
            let renewed = state.files.map(\.renewed)
            defer { state.files = renewed }
            return renewed != state.files
        }
    }
}
