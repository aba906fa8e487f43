import COpenSSL
import Synchronization

/// The keys that protect session tickets: shared, so that every shard resumes what any of them began.
///
/// A key is replaced once it is as old as a ticket gets, and is still read for as long again. With it, whoever
/// steals the memory of the process can read what was said before for no longer than that.
public final class TLSTicketKeys: Sendable {
    /// How long a ticket is taken, in seconds.
    static let lifetimeSeconds = 4 * 3600

    private struct Keys {
        var current: TLSTicketKey
        var previous: TLSTicketKey?
        var made: MonotonicTime
    }

    private let keys: Mutex<Keys>

    /// Makes the first key.
    public init() {
        keys = Mutex(Keys(current: TLSTicketKey(), made: .now()))
    }

    /// The key for new tickets.
    func current(at now: MonotonicTime) -> TLSTicketKey {
        keys.withLock { keys in
            Self.rotate(&keys, at: now)
            return keys.current
        }
    }

    /// The key of a ticket that came back, nil where it is too old or was never ours.
    func key(named name: [UInt8], at now: MonotonicTime) -> TLSTicketKey? {
        keys.withLock { keys in
            Self.rotate(&keys, at: now)
            if keys.current.name == name { return keys.current }
            return keys.previous?.name == name ? keys.previous : nil
        }
    }

    private static func rotate(_ keys: inout Keys, at now: MonotonicTime) {
        let lifetime = UInt64(lifetimeSeconds) * 1_000_000_000
        let age = now.nanoseconds(since: keys.made)
        guard age >= lifetime else { return }
        keys = Keys(current: TLSTicketKey(), previous: age < 2 * lifetime ? keys.current : nil, made: now)
    }
}

/// One key for session tickets (RFC 5077 §4), and the name that tickets know it by.
struct TLSTicketKey: Sendable, Equatable {
    /// 16 bytes.
    let name = Self.random(16)
    /// 32 bytes for AES-256, 32 for HMAC-SHA256.
    var secret = Self.random(64)

    private static func random(_ count: Int) -> [UInt8] {
        // The system's generator: getrandom(2).
        (0..<count).map { _ in UInt8.random(in: .min ... .max) }
    }
}
