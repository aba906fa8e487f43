import ProxyCore

/// What one shard has counted of its tunnels.
struct TunnelFigures: Sendable, Equatable {
    /// How many are open.
    private(set) var open = 0
    /// How many have been opened.
    private(set) var opened = 0
    /// Bytes from clients.
    private(set) var received = 0
    /// Bytes to clients.
    private(set) var sent = 0
    private var endings: [TunnelEnding: Int] = [:]

    /// How many have ended for a reason.
    func count(of ending: TunnelEnding) -> Int { endings[ending] ?? 0 }

    mutating func begin() {
        open += 1
        opened += 1
    }

    mutating func end(_ ending: TunnelEnding) {
        open -= 1
        endings[ending, default: 0] += 1
    }

    mutating func pass(received: Int, sent: Int) {
        self.received += received
        self.sent += sent
    }

    mutating func add(_ other: TunnelFigures) {
        open += other.open
        opened += other.opened
        received += other.received
        sent += other.sent
        endings.merge(other.endings, uniquingKeysWith: +)
    }
}
