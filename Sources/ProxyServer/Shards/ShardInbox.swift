import Sockets
import Synchronization

/// A connection on its way from the shard that accepted it to the one that serves it.
struct AcceptedConnection: ~Copyable, Sendable {
    let descriptor: Descriptor
    let peer: Peer
    /// Where it was accepted.
    let listener: Listener
    let verdict: ConnectionLimiter.Verdict
}

/// Where other shards leave connections, and pages that were built elsewhere.
final class ShardInbox: Sendable {
    private let pages = Mutex<[(number: Int, page: [UInt8])]>([])
    private let waiting = Mutex<
        [(
            number: Int32, peer: Peer, listener: Listener,
            verdict: ConnectionLimiter.Verdict
        )]
    >([])
    /// Raised when something was left.
    let signal: WakeSignal

    init() throws(SystemError) {
        signal = try WakeSignal()
    }

    /// Leaves a connection and wakes the shard.
    func put(_ accepted: consuming AcceptedConnection) {
        let peer = accepted.peer
        let listener = accepted.listener
        let verdict = accepted.verdict
        let number = accepted.takeDescriptor()
        waiting.withLock { $0.append((number, peer, listener, verdict)) }
        signal.raise()
    }

    /// Leaves a page that the shard has asked for under a number, and wakes it.
    func put(page: [UInt8], number: Int) {
        pages.withLock { $0.append((number, page)) }
        signal.raise()
    }

    /// Takes a page that was left.
    func takePage() -> (number: Int, page: [UInt8])? {
        pages.withLock { $0.popLast() }
    }

    /// Takes the connection that was left first.
    func take() -> AcceptedConnection? {
        guard let next = waiting.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { return nil }
        return AcceptedConnection(
            descriptor: Descriptor(owning: next.number),
            peer: next.peer,
            listener: next.listener,
            verdict: next.verdict
        )
    }
}

extension AcceptedConnection {
    consuming func takeDescriptor() -> Int32 {
        descriptor.release()
    }
}
