/// How many interim responses have come from upstreams, by status.
struct InterimResponses: Sendable, Hashable {
    private(set) var continues = 0
    private(set) var processing = 0
    private(set) var earlyHints = 0
    private(set) var others = 0

    mutating func count(_ status: Int) {
        switch status {
        case 100: continues += 1
        case 102: processing += 1
        case 103: earlyHints += 1
        default: others += 1
        }
    }

    mutating func add(_ other: InterimResponses) {
        continues += other.continues
        processing += other.processing
        earlyHints += other.earlyHints
        others += other.others
    }
}
