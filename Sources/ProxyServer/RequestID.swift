/// The name of one request, in its error's body and its log line.
///
/// Text is made of it only where it is shown.
struct RequestID {
    fileprivate let prefix: String
    fileprivate let number: UInt64

    /// Does not come again, in this process or another.
    var text: String { prefix + String(number, radix: 36) }
}

/// Makes the names of one shard's requests: 64 random bits, the shard, and a count.
final class RequestIDs {
    private let prefix: String
    private var count: UInt64 = 0

    init(shard: Int) {
        prefix = "\(String(UInt64.random(in: .min ... .max), radix: 36))-\(shard)-"
    }

    func next() -> RequestID {
        count += 1
        return RequestID(prefix: prefix, number: count)
    }
}
