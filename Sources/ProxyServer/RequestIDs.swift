/// Makes names for requests that do not repeat: 64 random bits of the process, and a count.
final class RequestIDs {
    private let prefix: String
    private var count: UInt64 = 0

    init(shard: Int) {
        prefix = "\(String(UInt64.random(in: .min ... .max), radix: 36))-\(shard)-"
    }

    func next() -> String {
        count += 1
        return prefix + String(count, radix: 36)
    }
}
