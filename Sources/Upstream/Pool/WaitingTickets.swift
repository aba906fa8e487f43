import Sockets

/// The requests of one shard that wait for a connection.
///
/// Each stands in the line of its host. One that gets no place among all connections stands in another line, too.
struct WaitingTickets {
    private let loop: EventLoop
    private let allowance: ConnectionAllowance
    private let membership: ConnectionAllowance.Member
    /// Those for which no connection may be made at all, in their order.
    private var forPlace = LinkedSlots<ConnectionTicket>()
    /// How many wait.
    private(set) var count = 0

    init(on loop: EventLoop, for allowance: ConnectionAllowance, as membership: ConnectionAllowance.Member) {
        self.loop = loop
        self.allowance = allowance
        self.membership = membership
    }

    /// The one that has waited longest for a place among all connections.
    var firstForPlace: ConnectionTicket? { forPlace.first }

    /// Lets a request wait for its host, as long as connecting may take.
    mutating func add(
        _ ticket: ConnectionTicket,
        to host: HostConnections,
        onDeadline: @escaping () -> Void
    ) {
        let deadline = loop.register(WaitDeadline(onDeadline))
        let time = ticket.request.profile.connectTimeout.inNanoseconds
        loop.setDeadline(loop.now.advanced(byNanoseconds: time), for: deadline)
        ticket.wait(at: host.enqueue(ticket), until: deadline)
        count += 1
    }

    /// Lets a request that waits for its host wait for a place among all connections as well.
    mutating func addForPlace(_ ticket: ConnectionTicket) {
        ticket.waitForPlace(at: forPlace.append(ticket))
    }

    /// Takes a request out, where it is one of them.
    ///
    /// - Parameter hasPlace: Whether it has got its place, and is not counted as waiting any more.
    mutating func remove(_ ticket: ConnectionTicket, from host: HostConnections?, hasPlace: Bool) {
        guard let wait = ticket.endWait() else { return }
        count -= 1
        loop.deregister(wait.deadline)
        if let place = wait.poolPlace {
            forPlace.remove(at: place)
            if !hasPlace { allowance.stopWaiting(membership) }
        }
        host?.dequeue(at: wait.hostPlace)
    }

    /// Lets a request wait for its host alone.
    mutating func removeForPlace(_ ticket: ConnectionTicket) {
        guard let place = ticket.endWaitForPlace() else { return }
        forPlace.remove(at: place)
        allowance.stopWaiting(membership)
    }
}

/// Ends the wait of a request that gets no place among the connections.
private final class WaitDeadline: EventHandler {
    private let pass: () -> Void

    init(_ pass: @escaping () -> Void) {
        self.pass = pass
    }

    func ready(for readiness: Readiness) {}

    func deadlinePassed() {
        pass()
    }
}
