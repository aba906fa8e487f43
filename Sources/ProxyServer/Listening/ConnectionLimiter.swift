import IPAddresses
import ProxyCore
import Synchronization

/// Counts the clients' connections of all shards.
///
/// A client is told apart as rate limits do it: by its IPv4 address, or by the /64 of its IPv6 address, of which it
/// has all the others for itself.
final class ConnectionLimiter: Sendable {
    /// What becomes of a new connection.
    enum Verdict: Sendable {
        /// It is served.
        case served
        /// It is told that there are too many, and closed.
        case turnedAway
        /// It is closed without a word: too many are being turned away already.
        case dropped
    }

    /// What has become of all connections so far.
    struct Admissions: Sendable {
        var accepted = 0
        var turnedAway = 0
        var dropped = 0
    }

    private struct Counts {
        var admissions = Admissions()
        var maximum: Int
        /// 0 is no limit.
        var maximumPerAddress: Int
        var total = 0
        var turnedAway = 0
        /// Counted without a limit too: one that comes with a reload has to know who is there.
        var byAddress: [TokenBuckets.Key: Int] = [:]
    }

    /// So many are told at once.
    static let maximumTurnedAway = 64

    private let counts: Mutex<Counts>

    /// Makes a limiter; a `maximumPerAddress` of 0 is no limit.
    init(maximum: Int, maximumPerAddress: Int) {
        counts = Mutex(Counts(maximum: maximum, maximumPerAddress: maximumPerAddress))
    }

    /// Changes what new connections have to keep; those that are open stay.
    func change(maximum: Int, maximumPerAddress: Int) {
        counts.withLock {
            $0.maximum = maximum
            $0.maximumPerAddress = maximumPerAddress
        }
    }

    /// The connections that are open.
    var count: Int {
        counts.withLock { $0.total + $0.turnedAway }
    }

    /// The clients that have connections.
    var clientCount: Int {
        counts.withLock { $0.byAddress.count }
    }

    /// What has become of all connections so far.
    var admissions: Admissions {
        counts.withLock { $0.admissions }
    }

    /// Counts a new connection in; one without an address has no share in the limit of addresses.
    func admit(_ address: IPAddress?) -> Verdict {
        let client = address.map(Self.client)
        return counts.withLock { counts in
            let ofClient = client.map { counts.byAddress[$0, default: 0] } ?? 0
            if counts.total < counts.maximum,
                counts.maximumPerAddress == 0 || ofClient < counts.maximumPerAddress
            {
                counts.total += 1
                counts.admissions.accepted += 1
                if let client { counts.byAddress[client] = ofClient + 1 }
                return .served
            }
            guard counts.turnedAway < Self.maximumTurnedAway else {
                counts.admissions.dropped += 1
                return .dropped
            }
            counts.turnedAway += 1
            counts.admissions.turnedAway += 1
            return .turnedAway
        }
    }

    /// Counts a connection out that was admitted so.
    func release(_ address: IPAddress?, _ verdict: Verdict) {
        let client = address.map(Self.client)
        counts.withLock { counts in
            switch verdict {
            case .dropped: break
            case .turnedAway: counts.turnedAway -= 1
            case .served:
                counts.total -= 1
                guard let client, let ofClient = counts.byAddress[client] else { return }
                counts.byAddress[client] = ofClient > 1 ? ofClient - 1 : nil
            }
        }
    }

    private static func client(at address: IPAddress) -> TokenBuckets.Key {
        TokenBuckets.Key(address: address.networkBytes)
    }
}
