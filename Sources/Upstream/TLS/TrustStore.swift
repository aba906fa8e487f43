import COpenSSL
import Dispatch
import Sockets
import Synchronization

/// Keeps the authorities of one place at hand, and reads them again when that has changed.
///
/// All connections of a process share it. It works on a thread of its own: to parse the system's authorities
/// takes as long as some thousand requests.
public final class TrustStore: Sendable {
    /// Authorities as they were read at one time.
    struct Reading: Sendable {
        /// nil where they cannot be read.
        let authorities: TrustedAuthorities?
        /// Counts the readings of a store.
        let number: Int
    }

    private struct State {
        var reading = Reading(authorities: nil, number: 0)
        var marks: [FileMark?] = []
        /// When the files were looked at last; nil where they have to be before the next handshake.
        var checked: MonotonicTime?
        var isChecking = false
        /// Who waits for a check; each at most once.
        var waiting: [WakeSignal] = []
    }

    /// How long what was seen of the files holds, in nanoseconds.
    private static let checkInterval: UInt64 = 1_000_000_000
    /// One thread: where many files are to be read, requests need the others.
    private static let queue: DispatchQueue = {
        // OpenSSL takes itself apart when the process exits; what is registered after it comes before that.
        // Asked for nothing it would not begin.
        _ = OPENSSL_init_crypto(UInt64(OPENSSL_INIT_LOAD_CRYPTO_STRINGS), nil)
        callAtExit { TrustStore.stop() }
        return DispatchQueue(label: "corsway.authorities")
    }()

    private let files: TrustFiles
    private let state = Mutex(State())

    /// Reads nothing yet.
    ///
    /// - Parameter file: The path of a PEM file; nil for the system's authorities.
    public init(file: String?) {
        files = TrustFiles(file: file)
    }

    /// What was read last.
    var reading: Reading { state.withLock { $0.reading } }

    /// Looks at the files now, and reads them where they have changed, so that the next connection need not wait.
    public func refresh() {
        let begins = state.withLock { state in
            state.checked = nil
            return Self.begin(&state)
        }
        if begins { check() }
    }

    /// Whether a handshake may begin by what was read last; if not, a check is under way.
    ///
    /// - Parameter signal: Raised when the check ends; then ask again.
    func isReady(at now: MonotonicTime, orRaises signal: WakeSignal) -> Bool {
        let (isReady, begins) = state.withLock { state in
            if let checked = state.checked, now.nanoseconds(since: checked) < Self.checkInterval {
                return (true, false)
            }
            if !state.waiting.contains(where: { $0 === signal }) { state.waiting.append(signal) }
            return (false, Self.begin(&state))
        }
        if begins { check() }
        return isReady
    }

    /// Waits until nothing is read any more, a second at most: a disk may hang.
    private static func stop() {
        let hasStopped = DispatchSemaphore(value: 0)
        queue.async {
            queue.suspend()
            hasStopped.signal()
        }
        _ = hasStopped.wait(timeout: .now() + .seconds(1))
    }

    private static func begin(_ state: inout State) -> Bool {
        defer { state.isChecking = true }
        return !state.isChecking
    }

    private func check() {
        Self.queue.async { [self] in
            // Before they are read: what is written meanwhile is found by the next check.
            let marks = files.marks
            let known = state.withLock { $0.reading.authorities != nil && $0.marks == marks }
            let authorities = known ? nil : TrustedAuthorities(files)
            let waiting = state.withLock { state in
                if !known {
                    state.reading = Reading(authorities: authorities, number: state.reading.number + 1)
                    state.marks = marks
                }
                state.isChecking = false
                state.checked = .now()
                defer { state.waiting = [] }
                return state.waiting
            }
            for signal in waiting { signal.raise() }
        }
    }
}
