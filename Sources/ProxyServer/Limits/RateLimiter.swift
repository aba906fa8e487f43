import CORSPolicy
import Configuration
import IPAddresses
import ProxyCore
import Synchronization

/// One rate limit, shared by all shards.
final class RateLimiter: Sendable {
    private struct State {
        var buckets: TokenBuckets
        /// Wrong client keys, by address.
        var wrongKeys: TokenBuckets
    }

    /// So many wrong keys a period are forgiven where requests are not counted by address: people mistype.
    private static let forgivenKeys = 10
    /// The longest host that is compared with expressions.
    private static let maximumHostLength = 262

    private let settings: RateSettings
    let requests: Int
    private let identity: RateSettings.ClientIdentity
    private let exemptOrigins: OriginSet?
    private let exemptHosts: Set<String>
    private let exemptExpressions: [HostExpression]
    private let state: Mutex<State>

    /// Compiles validated settings.
    init(_ settings: RateSettings) {
        self.settings = settings
        requests = settings.requests
        identity = settings.key
        exemptOrigins = settings.exemptOrigins.value
        var hosts: Set<String> = []
        var expressions: [HostExpression] = []
        for host in settings.exemptHosts {
            switch host {
            case .literal(let text): hosts.insert(text.lowercased())
            case .expression(let expression): expressions.append(expression)
            }
        }
        exemptHosts = hosts
        exemptExpressions = expressions
        let buckets = TokenBuckets(
            requests: settings.requests,
            period: settings.per.inNanoseconds,
            burst: settings.burst
        )
        let wrongKeys = TokenBuckets(
            requests: max(settings.requests, Self.forgivenKeys),
            period: settings.per.inNanoseconds,
            burst: settings.burst > 0 ? max(settings.burst, Self.forgivenKeys) : 0
        )
        state = Mutex(State(buckets: buckets, wrongKeys: wrongKeys))
    }

    /// The limiter that settings ask for; the one that was there before where they are the same, so that a
    /// reload forgives nobody.
    static func limiter(
        _ settings: RateSettings?,
        after previous: RateLimiter?
    ) -> RateLimiter? {
        guard let settings else { return nil }
        if let previous, previous.settings == settings { return previous }
        return RateLimiter(settings)
    }

    /// Charges one request.
    ///
    /// - Parameter clientKey: A name for the key that was accepted, the same for no other.
    /// - Returns: nil where it is let through, else the refusal.
    func refusal(origin: String?, address: IPAddress?, clientKey: String?, at now: UInt64) -> ProxyError? {
        if let origin, isExempt(origin) { return nil }
        let key: TokenBuckets.Key =
            switch identity {
            case .ip: Self.key(of: address)
            case .origin: origin.map { TokenBuckets.Key(text: $0) } ?? Self.key(of: address)
            case .clientKey: clientKey.map { TokenBuckets.Key(text: $0) } ?? Self.key(of: address)
            }
        let wait = state.withLock { $0.buckets.take(key, at: now) }
        return wait.map { .rateLimited(limit: requests, wait: $0) }
    }

    /// Charges a request with a wrong client key to its address: whoever guesses can write any Origin.
    ///
    /// - Returns: nil where it is answered as such, else the refusal.
    func refusalOfWrongKey(address: IPAddress?, at now: UInt64) -> ProxyError? {
        let key = Self.key(of: address)
        let isCountedWithRequests = identity == .ip && requests > 0
        let wait = state.withLock { state in
            isCountedWithRequests ? state.buckets.take(key, at: now) : state.wrongKeys.take(key, at: now)
        }
        return wait.map { .rateLimited(limit: requests, wait: $0) }
    }

    private static func key(of address: IPAddress?) -> TokenBuckets.Key {
        address.map { TokenBuckets.Key(address: $0.networkBytes) } ?? TokenBuckets.Key(text: "unix:")
    }

    private func isExempt(_ origin: String) -> Bool {
        if let exemptOrigins, exemptOrigins.contains(origin) { return true }
        guard !exemptHosts.isEmpty || !exemptExpressions.isEmpty,
            let separator = origin.firstRange(of: "://")
        else {
            return false
        }
        let host = origin[separator.upperBound...].lowercased()
        if exemptHosts.contains(host) { return true }
        guard host.utf8.count <= Self.maximumHostLength else { return false }
        return exemptExpressions.contains { $0.matches(host) }
    }
}
