import HTTPSyntax
import Sockets

/// Whose TLS session it is: only what would be verified in the same way may resume it.
struct TLSSessionKey: Hashable {
    let origin: TargetOrigin
    /// The number of a `ConnectionProfile`: its certificate is shown, its authorities are trusted.
    let profile: Int
    /// The number of the reading of those authorities.
    let reading: Int
}

/// A session of TLS that an upstream has offered to resume.
struct ResumableSession {
    /// As OpenSSL encodes it: the certificate and the ticket or the number.
    let encoded: [UInt8]
    /// When the upstream's certificate was verified; to resume a session does not verify it again.
    let verified: MonotonicTime
    /// Whether it is used once: those of TLS 1.3, so that nobody can tell that two connections are of one client
    /// (RFC 8446 §C.4).
    let isSingleUse: Bool
}

/// Keeps TLS sessions of upstreams for the connections to come, of one shard.
///
/// Two of each host, each of at most 16 KiB, together at most 1 MiB: what was put in or used least lately goes first.
struct TLSSessionCache {
    static let maximumSessionBytes = 16_384
    /// How long a verified certificate counts, in nanoseconds.
    private static let lifetime: UInt64 = 3_600_000_000_000
    private static let maximumPerKey = 2

    private let maximumBytes: Int
    /// What was put in lately; becomes `older` as a whole when it holds half of all bytes.
    private var recent: [TLSSessionKey: [ResumableSession]] = [:]
    private var older: [TLSSessionKey: [ResumableSession]] = [:]
    private var recentBytes = 0

    init(maximumBytes: Int = 1 << 20) {
        self.maximumBytes = maximumBytes
    }

    /// Keeps a session; one that is too long, or that was verified too long ago, is not kept.
    mutating func keep(_ session: ResumableSession, for key: TLSSessionKey, at now: MonotonicTime) {
        guard session.encoded.count <= Self.maximumSessionBytes, Self.counts(session, at: now) else { return }
        var sessions = move(key)
        sessions.append(session)
        if sessions.count > Self.maximumPerKey { sessions.removeFirst() }
        put(sessions, for: key)
    }

    /// The latest session of a key; nil where there is none that still counts.
    mutating func take(for key: TLSSessionKey, at now: MonotonicTime) -> ResumableSession? {
        var sessions = move(key)
        sessions.removeAll { !Self.counts($0, at: now) }
        let session = sessions.last
        if session?.isSingleUse == true { sessions.removeLast() }
        put(sessions, for: key)
        return session
    }

    /// Drops the sessions of a key: a handshake has failed.
    mutating func forget(_ key: TLSSessionKey) {
        _ = move(key)
    }

    /// All bytes that are kept.
    var byteCount: Int {
        [recent, older].reduce(0) { $0 + $1.values.reduce(0) { $0 + Self.bytes($1) } }
    }

    private static func counts(_ session: ResumableSession, at now: MonotonicTime) -> Bool {
        now.nanoseconds(since: session.verified) < lifetime
    }

    /// The least that an entry takes up counts too, so that small ones are not without bound.
    private static func bytes(_ sessions: [ResumableSession]) -> Int {
        sessions.reduce(0) { $0 + $1.encoded.count + 256 }
    }

    private mutating func move(_ key: TLSSessionKey) -> [ResumableSession] {
        if let sessions = recent.removeValue(forKey: key) {
            recentBytes -= Self.bytes(sessions)
            return sessions
        }
        return older.removeValue(forKey: key) ?? []
    }

    private mutating func put(_ sessions: [ResumableSession], for key: TLSSessionKey) {
        guard !sessions.isEmpty else { return }
        let bytes = Self.bytes(sessions)
        if recentBytes + bytes > maximumBytes / 2 {
            older = recent
            recent = [:]
            recentBytes = 0
        }
        recent[key] = sessions
        recentBytes += bytes
    }
}
