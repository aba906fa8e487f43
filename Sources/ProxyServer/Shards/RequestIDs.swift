import ProxyCore

/// Makes the ids of one shard's requests: 64 random bits, the shard, and a count.
final class RequestIDs {
    private let prefix: [UInt8]
    private var count: UInt64 = 0

    init(shard: Int) {
        prefix = Array("\(String(UInt64.random(in: .min ... .max), radix: 36))-\(shard)-".utf8)
    }

    func next() -> RequestID {
        count += 1
        return RequestID(prefix: prefix, number: count)
    }
}
