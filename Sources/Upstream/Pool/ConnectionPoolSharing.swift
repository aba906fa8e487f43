import Sockets

/// What a pool gives up so that others, or clients, have room.
extension ConnectionPool {
    /// So many connections are closed at a time: to close one takes some system calls, and others wait meanwhile.
    private static let maximumClosedAtOnce = 32

    func watchAllowance() throws(ConnectFailure) {
        let handler = MemberHandler(self)
        do throws(SystemError) {
            try loop.watch(membership.signal.number, .level(.readable), for: loop.register(handler))
        } catch {
            throw .internalError
        }
    }

    /// Gives up what other pools have asked for, and serves those for whom there is a place now.
    func settleAllowance() {
        membership.signal.clear()
        let owed = allowance.takeOwed(by: membership)
        let given = giveUpIdle(atMost: owed)
        if given < owed { allowance.couldNotGive(owed - given, membership) }
        for _ in 0..<Self.maximumClosedAtOnce {
            // Claimed first: another pool may see the same excess at this moment.
            guard !idle.isEmpty, allowance.giveBackExcess() else { break }
            closeOldest(keepingPlace: true)
        }
        if allowance.isExceeded, !idle.isEmpty { membership.signal.raise() }
        serveWaitingForPlace()
        allowance.passOn()
    }

    /// Closes a connection that came to rest while requests wait for its place.
    func yieldIdle() {
        closeOldest(keepingPlace: false)
    }

    /// Closes the connections that have been unused for longest, for the sake of their descriptors.
    ///
    /// - Returns: How many there were.
    public func giveUpIdle(atMost maximum: Int) -> Int {
        var number = 0
        while number < min(maximum, Self.maximumClosedAtOnce), !idle.isEmpty {
            closeOldest(keepingPlace: false)
            number += 1
        }
        return number
    }

    /// Asks the other pools for the same.
    ///
    /// - Returns: Whether one of them has something to give.
    public func askOthersToGiveUpIdle() -> Bool {
        allowance.askForDescriptor()
    }

    /// Closes all that is unused and of a profile whose number is to go, a few in each round.
    public func closeIdle(where goes: (Int) -> Bool = { _ in true }) {
        idle.forEach { connection in
            if goes(connection.request.profile.number) { leaving.append(connection) }
        }
        closeLeaving()
    }

    func closeLeaving() {
        for _ in 0..<Self.maximumClosedAtOnce {
            guard let connection = leaving.popLast() else { return }
            closeUnused(connection)
        }
        guard !leaving.isEmpty else { return }
        let token = leavingToken ?? loop.register(LeavingHandler(self))
        leavingToken = token
        loop.callAgain(token)
    }
}

/// Hears from the other pools.
private final class MemberHandler: EventHandler {
    private unowned let pool: ConnectionPool

    init(_ pool: ConnectionPool) {
        self.pool = pool
    }

    func ready(for readiness: Readiness) {
        pool.settleAllowance()
    }

    func deadlinePassed() {}
}

/// Goes on closing what is of no use any more.
private final class LeavingHandler: EventHandler {
    private unowned let pool: ConnectionPool

    init(_ pool: ConnectionPool) {
        self.pool = pool
    }

    func ready(for readiness: Readiness) {
        pool.closeLeaving()
    }

    func deadlinePassed() {}
}
